namespace Orchestrator.Local.Reporting;

/// <summary>The order that took the longest time from its submission to its end.</summary>
/// <param name="OrderNumber">The number that people use.</param>
/// <param name="OrderId">The order's id.</param>
/// <param name="Took">How long it took.</param>
public sealed record SlowestOrder(string OrderNumber, Guid OrderId, TimeSpan Took);
