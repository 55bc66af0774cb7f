using Strikeline.Kernel;
using Strikeline.Venues.Polymarket;

namespace Strikeline.Venues;

/// <summary>The care of connections, books and requests.</summary>
public sealed partial class PolymarketFeed
{
    private const int MostRequests = 8;
    private const int MostTries = 4;
    private const int MostPings = 3;
    private const int MostRestDoublings = 5;
    private const long SecondSeatAfterNanos = 500 * Stamps.NanosPerMilli;
    private const long CrossedPatienceNanos = 2 * Stamps.NanosPerSecond;
    private const long EpochPatienceNanos = 5 * Stamps.NanosPerSecond;
    private const long AnswerPatienceNanos = 5 * Stamps.NanosPerSecond;
    private const long MostPatienceNanos = 60 * Stamps.NanosPerSecond;
    private const long SpacingNanos = 300 * Stamps.NanosPerSecond;
    private const long FirstRestNanos = 2 * Stamps.NanosPerSecond;
    private const long PulseNanos = 5 * Stamps.NanosPerSecond;
    private const long MutePatienceNanos = 10 * Stamps.NanosPerSecond;
    private const long HealthyNanos = 60 * Stamps.NanosPerSecond;
    private const long QuietCompareNanos = 5 * Stamps.NanosPerSecond;

    // Tokens that have no socket yet go where there is room.
    private void Group()
    {
        foreach (var token in _decoder.Tokens.All)
        {
            if (!token.IsWatched || _groups.Exists(group => group.Tokens.Contains(token.Index)))
            {
                continue;
            }

            var room = _groups.Find(group => group.Tokens.Count < _options.TokensPerSocket);
            if (room is null)
            {
                room = new TokenGroup(new GroupSeat(NewBackOff()), new GroupSeat(NewBackOff()));
                _groups.Add(room);
            }

            room.Tokens.Add(token.Index);
        }
    }

    private void Tend(TokenGroup group, long now)
    {
        foreach (var seat in group.Seats)
        {
            if (seat.Link is null)
            {
                Open(group, seat, now);
                continue;
            }

            if (!seat.Link.IsOpen)
            {
                continue;
            }

            if (now - seat.Link.StartedNanos > HealthyNanos)
            {
                seat.BackOff.Reset();
            }

            if (now >= seat.PingAtNanos)
            {
                seat.PingAtNanos = now + _options.PingEvery.Nanos();
                seat.Link.Send(MarketSpeech.Ping);
            }

            Ask(group, seat, now);
            Judge(group, seat, now);
        }

        // Never both at once: one of them may still have what the other lost.
        var condemned = group.Seats.FirstOrDefault(seat => seat.Condemned is not null);
        if (condemned is { Link: { } link })
        {
            _listener.OnReplaced(Venue.Polymarket, link.Number, condemned.Condemned!);
            group.ReplacedNanos = now;
            condemned.Condemned = null;
            link.End();
        }
    }

    private void Open(TokenGroup group, GroupSeat seat, long now)
    {
        var other = group.OtherThan(seat);
        if (group.Tokens.Count == 0 || now < seat.RetryAtNanos
            || (ReferenceEquals(seat, group.Seats[1]) && other.Link is { } link
                && now - link.StartedNanos < SecondSeatAfterNanos))
        {
            return;
        }

        if (other.Link is { IsOpen: true } && _lost > 0)
        {
            _listener.OnChangeOver(Venue.Polymarket, other.Link.Number, "its standby is opened");
        }

        var names = group.Tokens.Select(token => _decoder.Tokens[token].Key.TokenId);
        foreach (var token in group.Tokens)
        {
            seat.Asked[token] = new Asked(now, 0, 0);
        }

        seat.PingAtNanos = now + _options.PingEvery.Nanos();
        seat.Link = NewLink(_options.MarketSocket, [MarketSpeech.Open(names)], now);
    }

    // Subscribes to what is new, and asks again for books that are not there.
    private void Ask(TokenGroup group, GroupSeat seat, long now)
    {
        List<string>? fresh = null;
        List<string>? again = null;
        foreach (var token in group.Tokens)
        {
            if (!seat.Asked.TryGetValue(token, out var asked))
            {
                seat.Asked[token] = new Asked(now, 0, 0);
                (fresh ??= []).Add(_decoder.Tokens[token].Key.TokenId);
                continue;
            }

            var book = _decoder.Board.On(seat.Link!.Number, token);
            if (book is { IsSynced: true, CrossedNanos: 0 })
            {
                seat.Asked[token] = asked with { Tries = 0, SinceNanos = 0 };
            }
            else if (now >= DueAt(book, asked, now))
            {
                seat.Asked[token] = new Asked(
                    now, Math.Min(asked.Tries + 1, 30), asked.SinceNanos == 0 ? now : asked.SinceNanos);
                (again ??= []).Add(_decoder.Tokens[token].Key.TokenId);
            }
        }

        if (again is not null)
        {
            seat.Link!.Send(MarketSpeech.Unsubscribe(again));
            seat.Link.Send(MarketSpeech.Subscribe(again));
        }

        if (fresh is not null)
        {
            seat.Link!.Send(MarketSpeech.Subscribe(fresh));
        }
    }

    private long DueAt(TokenBook? book, Asked asked, long now)
    {
        if (book is null || book.Book.Proof == BookProof.Waiting)
        {
            return asked.AtNanos + _options.FirstEventWithin.Nanos();
        }

        if (book.IsSynced)
        {
            return Math.Max(book.CrossedNanos + CrossedPatienceNanos, asked.Tries == 0 ? 0 : Backed(asked));
        }

        return book.Book.Proof == BookProof.AwaitingSnapshot
            ? Math.Max(book.EpochNanos + EpochPatienceNanos, asked.AtNanos + EpochPatienceNanos)
            : asked.Tries == 0 ? now
            : Backed(asked);
    }

    private static long Backed(Asked asked) =>
        asked.AtNanos + Math.Min((2 * Stamps.NanosPerSecond) << Math.Min(asked.Tries - 1, 10), MostPatienceNanos);

    private void Judge(TokenGroup group, GroupSeat seat, long now)
    {
        var number = seat.Link!.Number;
        var socket = _decoder.Board.SocketOf(number);
        var other = group.OtherThan(seat).Link is { IsOpen: true } link ? _decoder.Board.SocketOf(link.Number) : null;
        if (socket is not null && now - socket.FrameNanos > MostPings * _options.PingEvery.Nanos())
        {
            seat.Condemned = "nothing arrives, not even the answer to a ping";
            return;
        }

        if (socket is not null && group.Tokens.Any(token => IsMute(seat, socket, token, now)))
        {
            seat.Condemned = "nothing but answers to pings arrives, though the venue has other books";
            return;
        }

        var provenThere = 0;
        var lostHere = 0;
        var unprovenBoth = 0;
        int? silent = null;
        foreach (var token in group.Tokens)
        {
            var here = socket?[token];
            if (here is { IsSynced: true })
            {
                continue;
            }

            var asked = seat.Asked.GetValueOrDefault(token);
            var overdue = asked.SinceNanos != 0 && now - asked.SinceNanos > AnswerPatienceNanos;
            if (other?[token] is { IsProven: true })
            {
                lostHere += overdue ? 1 : 0;
                silent = asked.Tries >= MostTries && overdue ? token : silent;
            }
            else
            {
                unprovenBoth += overdue && here is { Book.Proof: not BookProof.Waiting } ? 1 : 0;
            }
        }

        foreach (var token in group.Tokens)
        {
            provenThere += other?[token] is { IsProven: true } ? 1 : 0;
        }

        if (provenThere > 0 && lostHere * 2 > provenThere)
        {
            seat.Condemned = "it is open and says nothing, while another socket hears the venue";
        }
        else if (unprovenBoth > 0 && unprovenBoth == group.Tokens.Count
            && now - seat.Link.StartedNanos > AnswerPatienceNanos * 2)
        {
            seat.Condemned = "no book came about, however often it was asked for";
        }
        else if (silent is { } one && now - group.ReplacedNanos > SpacingNanos)
        {
            seat.Condemned = $"{_decoder.Tokens[one].Key.TokenId} stayed silent on it alone";
        }
    }

    // A book was found wrong, or never came though the venue has one; and since it was asked for again not one frame
    // of any token has come. That other tokens of the socket are quiet, and right as far as REST knows, proves nothing.
    private bool IsMute(GroupSeat seat, SocketBooks socket, int token, long now) =>
        seat.Asked.TryGetValue(token, out var asked)
        && asked.SinceNanos != 0 && now - asked.SinceNanos > MutePatienceNanos && socket.DataNanos < asked.SinceNanos
        && (socket[token] is { Book.Proof: BookProof.CrossCheckFailed }
            || (socket[token] is null or { Book.Proof: BookProof.Waiting } && _decoder.Board.LineOf(token).IsAtVenue));

    private void Compare(long now)
    {
        if (_engine.IsRestarting)
        {
            Probe(now);
            return;
        }

        _compareCredit = Math.Min(
            _options.ComparesPerSecond, _compareCredit + (_options.ComparesPerSecond * Step.TotalSeconds));
        foreach (var token in _decoder.Tokens.All)
        {
            if (_compareCredit < 1 || _requests.Count >= MostRequests || now < _restAtNanos)
            {
                return;
            }

            var line = _decoder.Board.LineOf(token.Index);
            if (token.IsWatched && line.Leader is null && TakeAwaitedTurn(line, now))
            {
                _compareCredit--;
                AskBook(token, line, now);
            }

            if (!token.IsWatched || line.Leader?[token.Index] is not { IsProven: true })
            {
                continue;
            }

            var quiet = _decoder.Board.WantsComparison(token.Index, now);
            var every = quiet ? QuietCompareNanos : _options.CompareEvery.Nanos();
            if (line.ComparedNanos == 0)
            {
                // Spread over the whole interval, or all tokens of a start would be asked for together for ever.
                line.ComparedNanos = now - (long)(_random.NextDouble() * _options.CompareEvery.Nanos());
            }

            if (now - line.ComparedNanos >= every)
            {
                _compareCredit--;
                AskBook(token, line, now);
            }
        }

        // Where nothing else is asked for: only an answer shows that the engine restarts.
        if (now - _clobNanos >= PulseNanos)
        {
            AskLongestUnasked(now);
        }
    }

    // One question at a time until the engine is there again.
    private void Probe(long now)
    {
        if (_requests.Count < MostRequests && now >= _restAtNanos && _engine.TakeTurn(now))
        {
            AskLongestUnasked(now);
        }
    }

    private void AskLongestUnasked(long now)
    {
        Token? longest = null;
        foreach (var token in _decoder.Tokens.All)
        {
            var board = _decoder.Board;
            if (token.IsWatched && (longest is null
                || board.LineOf(token.Index).ComparedNanos < board.LineOf(longest.Index).ComparedNanos))
            {
                longest = token;
            }
        }

        if (longest is not null)
        {
            AskBook(longest, _decoder.Board.LineOf(longest.Index), now);
        }
    }

    // True now and then for a token of which no socket has said anything: REST knows whether there is something to say.
    private bool TakeAwaitedTurn(TokenLine line, long now)
    {
        if (line.AwaitedNanos != 0 && now - line.AwaitedNanos < _options.FirstEventWithin.Nanos())
        {
            return false;
        }

        var isFirst = line.AwaitedNanos == 0;
        line.AwaitedNanos = now;
        return !isFirst;
    }

    private void AskBook(Token token, TokenLine line, long now)
    {
        line.ComparedNanos = now;
        var (index, key) = (token.Index, token.Key);
        Fetch(_options.Clob, MarketSpeech.BookPath(key.TokenId), (failed, at) =>
        {
            if (failed && !_engine.IsRestarting && _decoder.Tokens[index].Key == key)
            {
                _decoder.Board.Unanswered(index, at);
            }
        });
    }

    private void Discover(long now)
    {
        if (now < _restAtNanos)
        {
            return;
        }

        foreach (var request in _discovery.Due(now))
        {
            Fetch(request);
        }
    }

    private void Fetch(Discovery.Request request) =>
        Fetch(request.IsClob ? _options.Clob : _options.Gamma, request.Path, (failed, at) =>
        {
            var cursor = failed ? string.Empty : _decoder.NextCursor;
            _discovery.Answered(request, !failed, at);
            if (request.Event.Length > 0 && cursor.Length > 0)
            {
                // The first page names the next; a short page is not the last one.
                Fetch(request with
                {
                    Path = MarketSpeech.EventPath(request.Event, request.Wanted.IsClosed, cursor),
                });
            }
        });

    private void Fetch(Uri host, string path, Action<bool, long> answered) =>
        _requests.Add(FetchAsync(host, path, answered));

    private async Task FetchAsync(Uri host, string path, Action<bool, long> answered)
    {
        var isClob = host == _options.Clob;
        if (isClob)
        {
            _clobNanos = _clock.UnixNanos();
        }

        try
        {
            var body = await _transport.GetAsync(new Uri(host.ToString().TrimEnd('/') + path), _cancel);
            lock (_gate)
            {
                var now = _clock.UnixNanos();
                _recorder.Frame(Venue.Polymarket, 0, path, body, now);
                _refusals = 0;
                Heard(isClob, null, now);
                answered(_decoder.Accept(0, body, path, now) != RejectReason.None, now);
            }
        }
        catch (VenueException e)
        {
            lock (_gate)
            {
                var now = _clock.UnixNanos();
                if (e.Status is 418 or 429)
                {
                    // Asking on prolongs the ban, whether the venue says for how long or not.
                    var rest = e.RetryAfter is { } pause ? pause.Nanos()
                        : FirstRestNanos << Math.Min(_refusals++, MostRestDoublings);
                    _restAtNanos = Math.Max(_restAtNanos, now + rest);
                }

                Heard(isClob, e.Status, now);
                answered(true, now);
            }
        }
        catch (OperationCanceledException)
        {
            // The feed ends.
        }
    }

    // What an answer says of the engine: 425 that it restarts, anything that it decided itself that it does not.
    private void Heard(bool isClob, int? failure, long now)
    {
        if (!isClob)
        {
            return;
        }

        if (failure == 425)
        {
            _engine.Refused(now);
        }
        else if (failure is null or 404)
        {
            _engine.Answered(now);
        }

        _decoder.Catalog.SetEngine(_engine.PhaseAt(now), now);
    }
}
