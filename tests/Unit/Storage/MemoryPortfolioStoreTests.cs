using Strikeline.Storage;
using Strikeline.Trading;

namespace Strikeline.Unit.Storage;

/// <summary>The contract over memory.</summary>
public sealed class MemoryPortfolioStoreTests : PortfolioStoreContract
{
    private readonly MemoryPortfolioStore _store = new();

    private protected override IPortfolioStore Make() => _store;
}
