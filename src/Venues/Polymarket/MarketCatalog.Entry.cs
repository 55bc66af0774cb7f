namespace Strikeline.Venues.Polymarket;

/// <summary>What is kept of each market.</summary>
internal sealed partial class MarketCatalog
{
    /// <summary>What is known of one market.</summary>
    internal sealed class Entry(string conditionId)
    {
        public string ConditionId => conditionId;

        public MarketDraft? Draft { get; set; }

        public ClobTerms? Terms { get; set; }

        /// <summary>What the sink was told last; null before.</summary>
        public OutcomeMarket? Market { get; set; }

        /// <summary>When it was told that.</summary>
        public long ToldNanos { get; set; }

        /// <summary>True where something is held in it that has not been paid out.</summary>
        public bool IsHeld { get; set; }

        /// <summary>True where it is kept though it is over: it is described again with its event, or has yet to
        /// pay.</summary>
        public bool IsKept => IsHeld || Draft is { EventMarkets: > 0 };

        public (string Code, string Detail) Alert { get; set; }

        public long StreamTickPpm { get; set; }

        /// <summary>Null while nothing was said; empty where the winner was not named.</summary>
        public string? WinningToken { get; set; }

        /// <summary>The price to beat as the stream said it.</summary>
        public long? StrikeE8 { get; set; }

        /// <summary>True once its tokens are in the table.</summary>
        public bool IsDeclared { get; set; }
    }
}
