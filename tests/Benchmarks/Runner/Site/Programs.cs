using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Benchmarks.Site;

/// <summary>The programs that are measured.</summary>
/// <param name="ArePublished">True to use the output of <c>dotnet publish</c>, false to use the programs beside this one.</param>
/// <param name="Logs">The folder for their output.</param>
sealed record Programs(bool ArePublished, string Logs)
{
    public const string Worker = "Orchestrator.Worker", Inventory = "Orchestrator.Services.Inventory",
    Payment = "Orchestrator.Services.Payment",
        Shipping = "Orchestrator.Services.Shipping", Local = "Orchestrator.Local", Floor = "Orchestrator.Tests.Benchmarks.Floor";

    static readonly Dictionary<string, string> Projects = new()
    {
        [Worker] = "src/Orchestrator.Worker",
        [Inventory] = "src/Services.Inventory",
        [Payment] = "src/Services.Payment",
        [Shipping] = "src/Services.Shipping",
        [Local] = "src/Orchestrator.Local",
        [Floor] = "tests/Benchmarks/Floor",
    };

    /// <summary>The path of a program.</summary>
    /// <exception cref="FileNotFoundException">The program is missing.</exception>
    public string PathOf(string program)
    {
        var folder = ArePublished
            ? Path.Combine(SourceTree.Root, Projects[program], "bin", "Release", "net10.0", "publish") : AppContext.BaseDirectory;
        var path = Path.Combine(folder, $"{program}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: './bench.sh' publishes what it measures.");
    }
}
