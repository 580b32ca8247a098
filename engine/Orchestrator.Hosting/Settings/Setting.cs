namespace Orchestrator.Hosting.Settings;

/// <summary>A setting that a host reads. The document of all settings is generated from these.</summary>
/// <param name="Key">Its key in the configuration: <c>Broker:Prefetch</c>.</param>
/// <param name="Default">Its value when it is not set, as a text for people.</param>
/// <param name="Effect">What it does, with units and limits.</param>
public sealed record Setting(string Key, string Default, string Effect)
{
    /// <summary>The environment variable that sets it.</summary>
    public string Variable => Key.Replace(":", "__", StringComparison.Ordinal);
}
