namespace Orchestrator.Hosting.Settings;

/// <summary>A setting that a host reads, for those who configure it; the document of all settings is made of these.</summary>
/// <param name="Key">Its key in the configuration: <c>Broker:Prefetch</c>.</param>
/// <param name="Default">What holds when it is not set, for people.</param>
/// <param name="Effect">What it does; units and limits.</param>
public sealed record Setting(string Key, string Default, string Effect)
{
    /// <summary>The environment variable that sets it.</summary>
    public string Variable => Key.Replace(":", "__", StringComparison.Ordinal);
}
