namespace Orchestrator.Tests.Chaos.Site;

/// <summary>The programs of the hosts, with their parties.</summary>
static class Programs
{
    public const string Worker = "Orchestrator.Worker";

    /// <summary>All programs.</summary>
    public static readonly IReadOnlyList<(string Program, string Party)> All =
    [
        (Worker, "orchestrator"),
        ("Orchestrator.Services.Inventory", "inventory"),
        ("Orchestrator.Services.Payment", "payment"),
        ("Orchestrator.Services.Shipping", "shipping"),
    ];

    /// <summary>The path of a program.</summary>
    public static string PathOf(string program) => Path.Combine(AppContext.BaseDirectory, $"{program}.dll");
}
