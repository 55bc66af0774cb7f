using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Prices;
using Strikeline.Strikes;

namespace Strikeline.Host.Web.Broadcast;

/// <summary>The stream of one symbol's ladder: numbered states, each as a snapshot or as the step from the one
/// before.</summary>
/// <remarks>
/// The market loop calls <see cref="Offer"/>; everything else belongs to the broadcast loop. contracts/ has the
/// messages.
/// </remarks>
internal sealed class LadderStream
{
    private readonly Stack<SharedFrame> _pool;
    private readonly string _epoch;
    private readonly HashSet<(long Expiry, long Strike)> _standing = [];
    private StrikeSnapshot _newest;
    private StrikeSnapshot _told;
    private long _toldAtMs;
    private SharedFrame? _update;
    private SharedFrame? _snapshot;

    public LadderStream(StrikeSnapshot first, string epoch, long atMs, Stack<SharedFrame> pool)
    {
        (_newest, _told, _epoch, _toldAtMs, _pool) = (first, first, epoch, atMs, pool);
    }

    /// <summary>The symbol.</summary>
    public Symbol Symbol => _told.Symbol;

    /// <summary>Who wants it.</summary>
    public List<Subscription> Subscriptions { get; } = [];

    /// <summary>The number of the newest state that was told; from 1.</summary>
    public long Sequence { get; private set; } = 1;

    /// <summary>True where there is a newer state to tell.</summary>
    public bool HasNews => !ReferenceEquals(Volatile.Read(ref _newest), _told);

    /// <summary>A newer state; any thread. One that was not told yet is replaced.</summary>
    public void Offer(StrikeSnapshot snapshot) => Volatile.Write(ref _newest, snapshot);

    /// <summary>Moves on to the newest state.</summary>
    public void Step(Utf8JsonWriter writer, long atMs)
    {
        var newest = Volatile.Read(ref _newest);
        _update?.Release();
        _snapshot?.Release();
        (_update, _snapshot) = (null, null);
        Sequence++;
        _toldAtMs = atMs;
        if (Subscriptions.Count > 0)
        {
            _update = Rent();
            WriteUpdate(Begin(writer, _update), newest);
            End(writer, _update);
        }

        _told = newest;
    }

    /// <summary>What a client that has seen the state <paramref name="sent"/> gets to reach this one.</summary>
    public SharedFrame FrameAfter(long sent, Utf8JsonWriter writer)
    {
        if (sent == Sequence - 1 && _update is not null)
        {
            return _update;
        }

        if (_snapshot is null)
        {
            _snapshot = Rent();
            WriteSnapshot(Begin(writer, _snapshot));
            End(writer, _snapshot);
        }

        return _snapshot;
    }

    private static Utf8JsonWriter Begin(Utf8JsonWriter writer, SharedFrame frame)
    {
        writer.Reset(frame);
        writer.WriteStartObject();
        return writer;
    }

    private static void End(Utf8JsonWriter writer, SharedFrame frame)
    {
        writer.WriteEndObject();
        writer.Flush();
        frame.Seal();
    }

    private SharedFrame Rent() => (_pool.TryPop(out var frame) ? frame : new SharedFrame(_pool)).Retain();

    private void WriteSnapshot(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "snapshot");
        writer.WriteString("symbol", Symbol.ToString());
        writer.WriteNumber("sequence", Sequence);
        writer.WriteNumber("at", _toldAtMs);
        writer.WriteString("epoch", _epoch);
        WriteState(writer, _told);
        writer.WritePropertyName("markets");
        StrikesJson.WriteMarkets(writer, _told.Markets);
    }

    private void WriteUpdate(Utf8JsonWriter writer, StrikeSnapshot newest)
    {
        writer.WriteString("type", "update");
        writer.WriteString("symbol", Symbol.ToString());
        writer.WriteNumber("from", Sequence);
        writer.WriteNumber("sequence", Sequence);
        writer.WriteNumber("at", _toldAtMs);
        WriteState(writer, newest);
        writer.WriteStartArray("markets");
        foreach (var signed in newest.Markets)
        {
            if (!_told.Markets.Contains(signed))
            {
                StrikesJson.Write(writer, signed);
            }
        }

        writer.WriteEndArray();
        WriteRemoved(writer, newest);
    }

    // A quote that another one of its strike and expiry replaces needs no word.
    private void WriteRemoved(Utf8JsonWriter writer, StrikeSnapshot newest)
    {
        _standing.Clear();
        foreach (var signed in newest.Markets)
        {
            _standing.Add((signed.Market.ExpiryMs, signed.Market.StrikeE8));
        }

        writer.WriteStartArray("removed");
        foreach (var signed in _told.Markets)
        {
            if (!_standing.Contains((signed.Market.ExpiryMs, signed.Market.StrikeE8)))
            {
                writer.WriteStringValue(signed.Market.QuoteId);
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteState(Utf8JsonWriter writer, StrikeSnapshot state)
    {
        writer.WriteNumber("spot", state.SpotE8, StrikesLimits.PriceDecimals);
        writer.WriteString("reason", state.Reason.Text());
    }
}
