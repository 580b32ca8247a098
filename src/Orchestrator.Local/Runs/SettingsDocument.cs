using System.Globalization;
using System.Text;
using Orchestrator.Hosting.Reconciliation;
using Orchestrator.Hosting.Settings;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Shipping;
using Orchestrator.Worker.Reconciliation;

namespace Orchestrator.Local.Runs;

/// <summary>The document of all settings, for people who configure hosts.</summary>
public static class SettingsDocument
{
    /// <summary>The document, by the name of its file.</summary>
    public static IReadOnlyDictionary<string, string> All() => new Dictionary<string, string> { ["settings.md"] = Text() };

    /// <summary>Every setting of every host.</summary>
    public static IEnumerable<Setting> Settings => Hosts.SelectMany(host => host.Settings);

    static IReadOnlyList<(string Title, IReadOnlyList<Setting> Settings)> Hosts =>
    [
        ("Every host", CommonSettings.All),
        ("Orchestrator.Worker", [.. SagaSettings.All, .. ReconciliationSettings.Of(new OrderReconciliation())]),
        ("Orchestrator.Services.Payment", PaymentSettings.All),
        ("Orchestrator.Services.Shipping", ShippingSettings.All),
    ];

    static string Text()
    {
        var text = new StringBuilder("""
            # Settings

            `dotnet run --project src/Orchestrator.Local -- settings --into docs` writes this file from the code. A test fails when it is
            out of date. The simplest way to set a setting is its environment variable. [operating.md](operating.md#configure) describes
            the other ways.

            """);
        foreach (var (title, settings) in Hosts)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| environment variable | default | effect |\n|---|---|---|\n");
            foreach (var setting in settings)
                text.Append(CultureInfo.InvariantCulture, $"| `{setting.Variable}` | {setting.Default} | {setting.Effect} |\n");
        }

        return text.ToString();
    }
}
