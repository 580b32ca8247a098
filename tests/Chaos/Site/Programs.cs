namespace Orchestrator.Tests.Chaos.Site;

/// <summary>The hosts' programs, and the party that each works as.</summary>
static class Programs
{
    public const string Worker = "Orchestrator.Worker";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<(string Program, string Party)> All =
    [
        (Worker, "orchestrator"),
        ("Orchestrator.Services.Inventory", "inventory"),
        ("Orchestrator.Services.Payment", "payment"),
        ("Orchestrator.Services.Shipping", "shipping"),
    ];

    /// <summary>Where a program is.</summary>
    public static string PathOf(string program) => Path.Combine(AppContext.BaseDirectory, $"{program}.dll");
}
