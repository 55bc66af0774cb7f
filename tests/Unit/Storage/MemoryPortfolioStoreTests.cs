using Strikeline.Storage;
using Strikeline.Trading;

namespace Strikeline.Unit.Storage;

/// <summary>The contract over memory.</summary>
public sealed class MemoryPortfolioStoreTests : PortfolioStoreContract, IAsyncDisposable
{
    private readonly MemoryPortfolioStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private protected override IPortfolioStore Make() => _store;
}
