using Strikeline.Exchange;

namespace Strikeline.Host.Gateway;

/// <summary>What has happened to an account: orders that have changed, trades, balances.</summary>
/// <param name="Previous">The sequence of the one before, so that a loss is seen.</param>
/// <param name="Sequence">Number of the last event that it holds.</param>
/// <param name="Orders">Orders as they are now.</param>
/// <param name="Fills">Trades in which the account was on either side.</param>
/// <param name="Balances">Balances as they are now.</param>
/// <param name="Status">What it may be used for from now on; null where that has not changed.</param>
internal sealed record AccountNews(
    long Previous, long Sequence, IReadOnlyList<OrderRecord> Orders, IReadOnlyList<TradePrint> Fills,
    IReadOnlyList<BalanceChange> Balances, TradingStatus? Status);

/// <summary>The newest news of one account, by sequence: whoever was away goes on from where it was.</summary>
/// <remarks>The exchange's delivery writes; any thread reads.</remarks>
internal sealed class AccountFeed(long sequence)
{
    private const int Remembered = 1_024;

    private readonly Lock _gate = new();
    private readonly Recent<AccountNews> _news = new(Remembered);
    private long _forgotten = sequence;
    private long _sequence = sequence;

    /// <summary>The position behind the newest.</summary>
    public long Sequence
    {
        get
        {
            lock (_gate)
            {
                return _sequence;
            }
        }
    }

    /// <summary>Takes what happened.</summary>
    public void Add(
        long sequence, IReadOnlyList<OrderRecord> orders, IReadOnlyList<TradePrint> fills,
        IReadOnlyList<BalanceChange> balances, TradingStatus? status)
    {
        lock (_gate)
        {
            if (_news.Add(new AccountNews(_sequence, sequence, orders, fills, balances, status), out var oldest))
            {
                _forgotten = oldest!.Sequence;
            }

            _sequence = sequence;
        }
    }

    /// <summary>The news behind a position, oldest first; null where not all of them are remembered.</summary>
    public AccountNews[]? Since(long sequence)
    {
        lock (_gate)
        {
            if (sequence < _forgotten || sequence > _sequence)
            {
                return null;
            }

            var first = _news.FirstAbove(sequence, static news => news.Sequence);
            return _news.Slice(first, _news.Count - first);
        }
    }
}
