using Strikeline.Host.Cli;

namespace Strikeline.Host;

internal static class Program
{
    private static Task<int> Main(string[] arguments) => CommandLine.RunAsync(arguments, Console.Out, Console.Error);
}
