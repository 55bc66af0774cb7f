using System.Diagnostics;
using Strikeline.Crypto;
using Strikeline.Strikes;

namespace Strikeline.Host.Bench;

/// <summary>One library's speed at signing a quote.</summary>
/// <param name="BackEnd">The library.</param>
/// <param name="MicrosPerSignature">Median over the rounds.</param>
/// <param name="BytesPerSignature">Allocated bytes, after warm-up.</param>
/// <param name="InUse">True for the one that the program signs with.</param>
internal sealed record SigningBenchRow(
    string BackEnd, double MicrosPerSignature, double BytesPerSignature, bool InUse);

/// <summary>
/// Ed25519 over the bytes of a quote, by every library of this machine, in rounds that alternate; the managed one is
/// the baseline.
/// </summary>
internal static class SigningBench
{
    private const int Rounds = 15;
    private const int PerRound = 400;

    public static IReadOnlyList<SigningBenchRow> Run(Action<string> progress)
    {
        var seed = new byte[Ed25519.SeedSize];
        seed.AsSpan().Fill(7);
        var signers = Ed25519BackEnd.Available.Select(backEnd => new Ed25519Signer(seed, backEnd)).ToArray();
        var names = Ed25519BackEnd.Available.Select(backEnd => backEnd.Name).ToArray();
        var micros = signers.Select(_ => new double[Rounds]).ToArray();
        var bytes = new long[signers.Length];
        progress("signatures");
        foreach (var signer in signers)
        {
            Sign(signer);
        }

        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < signers.Length; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var start = Stopwatch.GetTimestamp();
                Sign(signers[i]);
                micros[i][round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / PerRound;
                bytes[i] += GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }

        foreach (var signer in signers)
        {
            signer.Dispose();
        }

        return
        [
            .. names.Select((name, i) => new SigningBenchRow(
                name, Percentile.Of(micros[i], 0.5), bytes[i] / (double)(Rounds * PerRound),
                name == Ed25519.BackEnd.Name)),
        ];
    }

    private static void Sign(Ed25519Signer signer)
    {
        Span<byte> payload = stackalloc byte[QuotePayload.Size];
        Span<byte> signature = stackalloc byte[Ed25519.SignatureSize];
        for (var i = 0; i < PerRound; i++)
        {
            payload[i % QuotePayload.Size]++;
            signer.Sign(payload, signature);
        }
    }
}
