namespace Strikeline.Unit.TestKit;

/// <summary>Counts what a piece of code allocates on its thread.</summary>
internal static class Allocated
{
    private const int Passes = 5;

    /// <summary>
    /// The least that any of several passes allocates, in bytes. What the code allocates shows in every pass; a
    /// collection that something else causes takes the thread's allocation buffer away, which the runtime's counter
    /// shows in one of them as some 8,000 bytes that nobody asked for.
    /// </summary>
    /// <param name="pass">Many runs of the code, already warm.</param>
    /// <param name="between">Done before each pass, not counted.</param>
    public static long By(Action pass, Action? between = null)
    {
        var least = long.MaxValue;
        for (var i = 0; i < Passes && least > 0; i++)
        {
            between?.Invoke();
            var before = GC.GetAllocatedBytesForCurrentThread();
            pass();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
