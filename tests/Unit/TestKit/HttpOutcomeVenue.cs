using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Strikeline.Venues;

namespace Strikeline.Unit.TestKit;

/// <summary>A tiny venue on a real loopback socket that breaks connections before and after it did what was asked,
/// answers
/// late and answers 503; and its client.</summary>
internal sealed class HttpOutcomeVenue : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, Known> _orders = new(StringComparer.Ordinal);
    private readonly Random _dice = new(3);
    private readonly Lock _gate = new();
    private readonly Uri _address = new($"http://127.0.0.1:{LoopbackPort.Free()}/");
    private readonly Task _loop;
    private int _trades;

    public HttpOutcomeVenue()
    {
        _listener.Prefixes.Add(_address.ToString());
        _listener.Start();
        _loop = Task.Run(ServeAsync);
    }

    public int Requests { get; private set; }

    public int Broken { get; private set; }

    public int Duplicates { get; private set; }

    public IReadOnlyCollection<string> Ids => [.. _orders.Keys];

    public IVenueOrders Connect() => new Client(_address);

    /// <summary>Dollars in and out of the orders whose ids begin so.</summary>
    public long Net(string prefix)
    {
        lock (_gate)
        {
            return _orders.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(pair => pair.Value.Kind switch
            {
                "merge" => pair.Value.Size,
                "split" => -pair.Value.Size,
                "buy" => -pair.Value.Fills.Sum(fill => Micros.WorthRoundedUp(fill.PricePpm, fill.SizeMicro) + fill.FeeMicros),
                _ => pair.Value.Fills.Sum(fill => Micros.WorthRoundedDown(fill.PricePpm, fill.SizeMicro) - fill.FeeMicros),
            });
        }
    }

    public void Dispose()
    {
        _listener.Close();
        _loop.Wait();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception)
            {
                return;
            }

            _ = Task.Run(() => ServeAsync(context));
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        int fault;
        string answer;
        lock (_gate)
        {
            Requests++;
            fault = _dice.Next(100);
            Broken += fault < 30 ? 1 : 0;
            if (fault < 5)
            {
                // Nothing was done.
                context.Response.Abort();
                return;
            }

            answer = Process(context.Request.QueryString);
        }

        try
        {
            if (fault < 15)
            {
                // It was done, and nobody is told.
                context.Response.Abort();
                return;
            }

            if (fault < 22)
            {
                context.Response.StatusCode = 503;
            }

            await Task.Delay(fault is >= 22 and < 30 ? 400 : 1);
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            context.Response.Close();
        }
        catch (Exception)
        {
            // The client has gone.
        }
    }

    private string Process(System.Collections.Specialized.NameValueCollection asked)
    {
        var id = asked["id"]!;
        var kind = asked["kind"]!;
        if (_orders.TryGetValue(id, out var known))
        {
            Duplicates += kind is "query" or "cancel" ? 0 : 1;
            known.Confirm();
            return known.ToString();
        }

        if (kind is "query" or "cancel")
        {
            return "unseen";
        }

        var order = _orders[id] = new Known(kind, long.Parse(asked["size"]!), []);
        if (kind is "buy" or "sell" && _dice.Next(100) is var luck and < 80)
        {
            var size = luck < 20 ? Micros.RoundDown(order.Size / 2, Micros.One) : order.Size;
            if (size > 0)
            {
                var price = long.Parse(asked["limit"]!);
                order.Fills.Add(new VenueFill($"t{++_trades}", price, size, 1_000, FillFinality.Pending, 0));
            }
        }

        return order.ToString();
    }

    private sealed record Known(string Kind, long Size, List<VenueFill> Fills)
    {
        public void Confirm()
        {
            for (var i = 0; i < Fills.Count; i++)
            {
                Fills[i] = Fills[i] with { Finality = FillFinality.Confirmed };
            }
        }

        public override string ToString() => Kind is "buy" or "sell" && Fills.Count == 0
            ? "refused"
            : "accepted;" + string.Join(
                ';', Fills.Select(fill => $"{fill.TradeId},{fill.PricePpm},{fill.SizeMicro},{fill.FeeMicros},{(int)fill.Finality}"));
    }

    private sealed class Client(Uri address) : IVenueOrders, IDisposable
    {
        private readonly HttpClient _http = new() { BaseAddress = address };

        public Venue Venue => Venue.Polymarket;

        public Task<VenueReply> PlaceAsync(VenueOrder order, CancellationToken cancel) => AskAsync(
            order.Side == Side.Buy ? "buy" : "sell", order.ClientId, order.SizeMicro, order.LimitPpm, cancel);

        public Task<VenueReply> CancelAsync(VenueOrder order, CancellationToken cancel) => AskAsync("cancel", order.ClientId, 0, 0, cancel);

        public Task<VenueReply> QueryAsync(VenueOrder order, CancellationToken cancel) => AskAsync("query", order.ClientId, 0, 0, cancel);

        public Task<VenueReply> MergeAsync(string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) =>
            AskAsync("merge", clientId, sizeMicro, 0, cancel);

        public Task<VenueReply> SplitAsync(string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) =>
            AskAsync("split", clientId, sizeMicro, 0, cancel);

        public void Dispose() => _http.Dispose();

        private async Task<VenueReply> AskAsync(string kind, string id, long size, long limit, CancellationToken cancel)
        {
            try
            {
                // Never sent twice by the client itself: a POST is not repeated on a broken connection.
                using var answer = await _http.PostAsync($"?kind={kind}&id={id}&size={size}&limit={limit}", null, cancel);
                var text = await answer.Content.ReadAsStringAsync(cancel);
                return answer.IsSuccessStatusCode ? Read(text) : new VenueReply(VenueOutcome.Unknown, "", 0, "503", "", []);
            }
            catch (HttpRequestException failure)
            {
                return new VenueReply(VenueOutcome.Unknown, "", 0, "BROKEN", failure.Message, []);
            }
        }

        private static VenueReply Read(string text)
        {
            var parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries);
            var outcome = parts[0] switch
            {
                "accepted" => VenueOutcome.Accepted,
                "refused" => VenueOutcome.Refused,
                _ => VenueOutcome.NotFound,
            };
            var fills = parts.Skip(1).Select(part => part.Split(',')).Select(part => new VenueFill(
                part[0], long.Parse(part[1]), long.Parse(part[2]), long.Parse(part[3]), (FillFinality)int.Parse(part[4]), 0));
            return new VenueReply(outcome, "", 0, outcome == VenueOutcome.Refused ? "NOT_FILLED" : "", "", [.. fills]);
        }
    }
}
