namespace Strikeline.Testnet;

/// <summary>Every stated maximum of the testnet.</summary>
internal static class TestnetLimits
{
    /// <summary>Frames that wait for a slow client before it is cut off.</summary>
    public const int QueuedFrames = 4096;

    /// <summary>Bytes that wait for a slow client before it is cut off.</summary>
    public const long QueuedBytes = 24 * 1024 * 1024;

    /// <summary>Largest message accepted from a client, in bytes.</summary>
    public const int IncomingBytes = 64 * 1024;

    /// <summary>Largest body accepted by the control server, in bytes.</summary>
    public const int ControlBodyBytes = 8 * 1024;

    /// <summary>Streams on one Binance connection (WebSocket Streams, "Websocket Limits").</summary>
    public const int BinanceStreams = 1024;

    /// <summary>Messages a second from one Binance client (WebSocket Streams, "Websocket Limits").</summary>
    public const int BinanceMessagesPerSecond = 5;

    /// <summary>Topics in one Bybit spot subscribe frame (v5, "Connect", public channel args limits).</summary>
    public const int BybitArguments = 10;

    /// <summary>Connections over all venues.</summary>
    public const int Connections = 512;

    /// <summary>Faults that may stand at one time.</summary>
    public const int Faults = 100;

    /// <summary>Longest duration of a fault, in seconds.</summary>
    public const int FaultSeconds = 24 * 3600;

    /// <summary>Steps that are caught up after a pause; what is older is skipped.</summary>
    public const int CatchUpSteps = 300;
}
