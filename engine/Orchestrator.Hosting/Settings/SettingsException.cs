using Orchestrator.Contracts;

namespace Orchestrator.Hosting.Settings;

/// <summary>The host can't start with its configuration. The message has a line for each problem, with its remedy.</summary>
public sealed class SettingsException(IReadOnlyList<string> problems) : TellableException(
    string.Join(Environment.NewLine, problems.Distinct()));
