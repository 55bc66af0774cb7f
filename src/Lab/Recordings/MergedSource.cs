using Strikeline.Kernel;

namespace Strikeline.Lab.Recordings;

/// <summary>
/// Several files as one, by receive time; equal times in the order of the files, as they stand in each file.
/// </summary>
internal sealed class MergedSource : IFrameSource
{
    private readonly IReadOnlyList<IFrameSource> _sources;
    private readonly bool[] _ready;
    private int _current = -1;

    public MergedSource(IReadOnlyList<IFrameSource> sources)
    {
        _sources = sources;
        _ready = new bool[sources.Count];
        for (var i = 0; i < sources.Count; i++)
        {
            _ready[i] = sources[i].MoveNext();
        }
    }

    public long ReceivedNanos => Current.ReceivedNanos;

    public Venue Venue => Current.Venue;

    public RecordedKind Kind => Current.Kind;

    public int Connection => Current.Connection;

    public string Context => Current.Context;

    public ReadOnlySpan<byte> Payload => Current.Payload;

    private IFrameSource Current => _sources[_current];

    public bool MoveNext()
    {
        if (_current >= 0)
        {
            _ready[_current] = _sources[_current].MoveNext();
        }

        _current = -1;
        for (var i = 0; i < _sources.Count; i++)
        {
            if (_ready[i] && (_current < 0 || _sources[i].ReceivedNanos < _sources[_current].ReceivedNanos))
            {
                _current = i;
            }
        }

        return _current >= 0;
    }

    public void Dispose()
    {
        foreach (var source in _sources)
        {
            source.Dispose();
        }
    }
}
