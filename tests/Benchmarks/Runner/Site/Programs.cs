using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Benchmarks.Site;

/// <summary>Where the programs are that are measured.</summary>
/// <param name="ArePublished">Whether what <c>dotnet publish</c> made is taken, or what lies beside this program.</param>
/// <param name="Logs">The folder that takes what they print.</param>
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

    /// <summary>Where one of them is.</summary>
    /// <exception cref="FileNotFoundException">It is not where it should be.</exception>
    public string PathOf(string program)
    {
        var folder = ArePublished
            ? Path.Combine(SourceTree.Root, Projects[program], "bin", "Release", "net10.0", "publish") : AppContext.BaseDirectory;
        var path = Path.Combine(folder, $"{program}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: './bench.sh' publishes what it measures.");
    }
}
