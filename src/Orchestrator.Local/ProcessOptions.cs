using Orchestrator.Local.Faults;
using Orchestrator.Local.Servers;

namespace Orchestrator.Local;

/// <summary>The options of one run.</summary>
/// <param name="Orders">The file of orders, one JSON object a line.</param>
/// <param name="Stock">The file of stock levels, CSV; may be null when orders are only submitted.</param>
/// <param name="Data">The folder of the databases of an embedded run.</param>
/// <param name="Json">True to end standard output with the summary as one JSON object.</param>
public sealed record ProcessOptions(string Orders, string? Stock, string Data, bool Json)
{
    /// <summary>The servers of a run; null when it is embedded.</summary>
    public ServerOptions? Servers { get; init; }

    /// <summary>How the participants misbehave; null when they behave well.</summary>
    public FaultSpec? Faults { get; init; }

    /// <summary>The default data folder of <c>process</c>, below the working directory.</summary>
    public const string DefaultData = "data";

    /// <summary>The sample run. Its files are in the folder of the program. Its data folder is below the working directory.</summary>
    public static ProcessOptions Sample { get; } = new(
        Path.Combine(AppContext.BaseDirectory, "samples", "orders.jsonl"),
        Path.Combine(AppContext.BaseDirectory, "samples", "stock.csv"),
        Path.Combine(DefaultData, "sample"),
        Json: false);
}
