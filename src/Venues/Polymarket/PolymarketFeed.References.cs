using Strikeline.Kernel;
using Strikeline.Venues.Polymarket;

namespace Strikeline.Venues;

/// <summary>The care of the connections that bring settlement prices.</summary>
public sealed partial class PolymarketFeed
{
    private const long ReferenceSilenceNanos = 15 * Stamps.NanosPerSecond;
    private const long FallBackAfterNanos = 30 * Stamps.NanosPerSecond;

    private static readonly TimeSpan ReferencePingEvery = TimeSpan.FromSeconds(5);

    private void Tend(ReferenceSeat seat, long now)
    {
        if (seat.Link is not { } link)
        {
            if (now >= seat.RetryAtNanos && IsNeeded(seat, now))
            {
                seat.IsSubscribed = !seat.IsPolyBolt;
                seat.AliveNanos = seat.AliveNanos == 0 ? now : seat.AliveNanos;
                IReadOnlyList<string> opening = seat.IsPolyBolt
                    ? [MarketSpeech.Auth(_options.Credentials!)]
                    : [.. _options.Assets.Select(MarketSpeech.Rtds)];
                seat.Link = NewLink(seat.Address, opening, now);
            }

            return;
        }

        if (!link.IsOpen)
        {
            return;
        }

        var line = _decoder.ReferencesOf(link.Number);
        if (line is { PriceNanos: > 0 })
        {
            seat.AliveNanos = Math.Max(seat.AliveNanos, line.PriceNanos);
            seat.BackOff.Reset();
        }

        if (seat.IsPolyBolt)
        {
            Speak(seat, link, line);
        }
        else if (now >= seat.PingAtNanos)
        {
            seat.PingAtNanos = now + ReferencePingEvery.Nanos();
            link.Send(MarketSpeech.Ping);
        }

        if (now - Math.Max(link.StartedNanos, line?.PriceNanos ?? 0) > ReferenceSilenceNanos)
        {
            var why = line?.Refusal is { } code ? $"the venue refused: {code}" : "no settlement price in 15 s";
            _listener.OnReplaced(Venue.Polymarket, link.Number, why);
            link.End();
        }
        else if (!IsNeeded(seat, now))
        {
            link.End();
        }
    }

    private void Speak(ReferenceSeat seat, OutcomeLink link, ReferenceLine? line)
    {
        if (line is { IsAuthed: true } && !seat.IsSubscribed)
        {
            seat.IsSubscribed = true;
            link.Send(MarketSpeech.PolyBolt("subscribe", _options.Assets));
        }
        else if (line is { HasGap: true } && seat.IsSubscribed)
        {
            // Only a new subscription brings the last two minutes again.
            line.HasGap = false;
            link.Send(MarketSpeech.PolyBolt("unsubscribe", _options.Assets));
            link.Send(MarketSpeech.PolyBolt("subscribe", _options.Assets));
        }
    }

    // The older feed steps in where there is no key, or the newer one brings nothing.
    private bool IsNeeded(ReferenceSeat seat, long now)
    {
        if (_options.Assets.Count == 0)
        {
            return false;
        }

        var newer = _references.Find(one => one.IsPolyBolt);
        return seat.IsPolyBolt || newer is null
            || (newer.AliveNanos != 0 && now - newer.AliveNanos > FallBackAfterNanos);
    }
}
