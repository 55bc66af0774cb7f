namespace Strikeline.Testnet.Kalshi;

/// <summary>One subscription of a connection: a channel, what it is about, and the sequence of its messages.</summary>
internal sealed class KalshiSubscription(long sid, string channel)
{
    public long Sid { get; } = sid;

    public string Channel { get; } = channel;

    /// <summary>Counts every message that carries this sid and a <c>seq</c>, answers to commands among them.</summary>
    public long Sequence { get; set; }

    /// <summary>Market tickers; null for all markets.</summary>
    public HashSet<string>? Tickers { get; set; }

    /// <summary>Indices; one entry <c>all</c> for all of them.</summary>
    public HashSet<string> Indices { get; } = new(StringComparer.Ordinal);

    public bool Wants(KalshiMarket market) => Tickers is null || Tickers.Contains(market.Ticker);

    public bool WantsIndex(string id) => Indices.Contains("all") || Indices.Contains(id);
}

/// <summary>What is remembered of one WebSocket client. Under the floor's lock.</summary>
internal sealed class KalshiSession(KalshiMember member)
{
    public KalshiMember Member { get; } = member;

    public List<KalshiSubscription> Subscriptions { get; } = [];

    public required long LastSid { get; set; }

    /// <summary>Messages that wait for the end of a freeze: they get their numbers when they are sent.</summary>
    public Queue<KalshiMessage> Frozen { get; } = [];

    /// <summary>Book messages that a fault holds back behind the next one, by market.</summary>
    public Dictionary<string, byte[]> Late { get; } = new(StringComparer.Ordinal);

    public KalshiSubscription? Find(long sid) => Subscriptions.Find(subscription => subscription.Sid == sid);
}

/// <summary>A message before it has its number.</summary>
/// <param name="Subscription">Whose.</param>
/// <param name="Type">The venue's name of it.</param>
/// <param name="Ticker">The market that it is about; null where it is about none.</param>
/// <param name="HasSequence">True where messages of the type are numbered.</param>
/// <param name="IsBook">True where faults that spoil one book message may take it.</param>
/// <param name="Body">The JSON object behind <c>msg</c>.</param>
/// <param name="CommandId">The id of the command that it answers; zero for none.</param>
internal sealed record KalshiMessage(
    KalshiSubscription Subscription, string Type, string? Ticker, bool HasSequence, bool IsBook, byte[] Body,
    long CommandId = 0);
