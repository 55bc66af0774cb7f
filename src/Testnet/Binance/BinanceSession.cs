using Strikeline.Kernel;

namespace Strikeline.Testnet.Binance;

/// <summary>What the Binance booth remembers of one client.</summary>
internal sealed class BinanceSession
{
    private long _windowNanos;
    private int _inWindow;

    /// <summary>True where data is wrapped with the stream's name.</summary>
    public bool Combined { get; set; }

    /// <summary>Stream names in the order of subscription, unknown ones included.</summary>
    public List<string> Streams { get; } = [];

    /// <summary>False where the client has sent more messages in a second than the venue allows.</summary>
    public bool Allow(long nowNanos)
    {
        if (nowNanos - _windowNanos >= Stamps.NanosPerSecond)
        {
            _windowNanos = nowNanos;
            _inWindow = 0;
        }

        return ++_inWindow <= TestnetLimits.BinanceMessagesPerSecond;
    }
}
