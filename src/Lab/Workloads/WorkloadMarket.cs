using Strikeline.Exchange;

namespace Strikeline.Lab;

/// <summary>The market that a workload runs on, and its operations as the exchange's commands.</summary>
public sealed class WorkloadMarket
{
    private const int Quote = 0;
    private const int MaxPrice = 1 << 24;
    private const long MaxQuantity = 1 << 30;
    private const int Accounts = 1_001;
    private const long Funds = 1L << 58;

    private WorkloadMarket(WorkloadFile workload, Command[] commands, long[] ids)
    {
        Workload = workload;
        (Commands, Ids) = (commands, ids);
    }

    /// <summary>What it was made from.</summary>
    public WorkloadFile Workload { get; }

    /// <summary>Those that fill the books, then the timed ones; orders are named by the ids that the exchange gives
    /// them.</summary>
    public Command[] Commands { get; }

    /// <summary>For each command the workload's id of its order.</summary>
    public long[] Ids { get; }

    /// <summary>Most orders that live at a time, at a guess that is not too small.</summary>
    public static int ExpectedOrders(WorkloadParameters parameters) =>
        (int)Math.Min(parameters.Prefill + parameters.Operations, (parameters.Prefill * 2) + 1_024);

    /// <summary>The quote asset, and one for each symbol.</summary>
    public static IEnumerable<AssetListing> Assets(WorkloadParameters parameters) =>
        Enumerable.Range(0, parameters.Symbols + 1).Select(asset => new AssetListing
        {
            Name = ListingName.Of(asset == Quote ? "QUOTE" : $"BASE{asset}"),
        });

    /// <summary>An instrument for each symbol, of a wide grid, without fees and band.</summary>
    public static IEnumerable<InstrumentListing> Instruments(WorkloadParameters parameters) =>
        Enumerable.Range(0, parameters.Symbols).Select(symbol => InstrumentListing.Of(
            symbol, $"BASE{symbol + 1}/QUOTE", new SpotInstrument
            {
                BaseAsset = symbol + 1, QuoteAsset = Quote, BaseAtomsPerLot = 1, QuoteAtomsPerTickLot = 1,
                MaxPrice = MaxPrice, MaxQuantity = MaxQuantity,
            }));

    /// <summary>Opens the accounts and gives each what it may need.</summary>
    public static IEnumerable<Command> Funding(WorkloadParameters parameters)
    {
        for (var account = 1; account < Accounts; account++)
        {
            yield return new Command { Type = CommandType.OpenAccount };
            for (var asset = 0; asset <= parameters.Symbols; asset++)
            {
                yield return new Command
                {
                    Type = CommandType.Deposit, Account = account, Target = asset, Quantity = Funds / Accounts,
                };
            }
        }
    }

    /// <summary>A pipeline with the market, where everybody has money.</summary>
    public static Pipeline Open(WorkloadParameters parameters, EventBuffer events)
    {
        const int PagesPerSymbol = 64;
        var pipeline = new Pipeline(
            new PipelineOptions
            {
                ExpectedAssets = parameters.Symbols + 1,
                ExpectedAccounts = Accounts,
                ExpectedOrders = ExpectedOrders(parameters),
                ExpectedPages = Math.Min(16_384, parameters.Symbols * PagesPerSymbol),
            },
            events);
        foreach (var asset in Assets(parameters))
        {
            pipeline.Run(asset);
        }

        foreach (var instrument in Instruments(parameters))
        {
            pipeline.Run(instrument);
        }

        foreach (var command in Funding(parameters))
        {
            pipeline.Run(command);
            events.Clear();
        }

        return pipeline;
    }

    /// <summary>Runs the workload once to learn the ids that the exchange gives: equal commands, equal ids.</summary>
    public static WorkloadMarket Prepare(WorkloadFile workload)
    {
        var events = new EventBuffer();
        var pipeline = Open(workload.Header.Parameters, events);
        var orders = new long[(long)workload.Header.Figures.MaxId + 1];
        var commands = new Command[workload.Prefill.Length + workload.Timed.Length];
        var ids = new long[commands.Length];
        var at = 0;
        foreach (var records in (ReadOnlySpan<bool>)[true, false])
        {
            foreach (ref readonly var record in records ? workload.Prefill : workload.Timed)
            {
                ids[at] = (long)record.Id;
                commands[at] = Translate(record, orders[(int)record.Id]);
                pipeline.Run(commands[at++]);
                foreach (ref readonly var e in events.Events)
                {
                    if (e.Type == EventType.Accepted)
                    {
                        orders[(int)record.Id] = e.Order;
                    }
                }

                events.Clear();
            }
        }

        return new WorkloadMarket(workload, commands, ids);
    }

    private static Command Translate(in WorkloadRecord record, long order)
    {
        var command = new Command { Account = (int)record.Uid, SelfTrade = SelfTrade.Allow };
        switch (record.Op)
        {
            case WorkloadOp.New:
                command.Type = CommandType.Place;
                command.Side = record.Side;
                command.TimeInForce = record.ImmediateOrCancel == 0 ? TimeInForce.Gtc : TimeInForce.Ioc;
                command.Instrument = (short)record.Symbol;
                command.Price = (int)record.Price;
                command.Quantity = record.Quantity;
                break;
            case WorkloadOp.Cancel:
                command.Type = CommandType.Cancel;
                command.Target = order;
                break;
            default:
                command.Type = CommandType.Amend;
                command.Target = order;
                command.Price = (int)record.Price;
                command.Quantity = record.Quantity;
                break;
        }

        return command;
    }
}
