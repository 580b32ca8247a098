using System.Text.Json.Serialization;
using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>Why a saga waits for an operator.</summary>
/// <param name="Step">The step that it stands at.</param>
/// <param name="Reason">What happened, for people.</param>
/// <param name="Since">Since when, in UTC.</param>
/// <param name="MoneyAtRisk">The money that the saga may hold; absent when it holds none.</param>
/// <param name="UnitsAtRisk">How many units of goods or places it may hold.</param>
public sealed record Suspension(
    string Step, string Reason, DateTimeOffset Since, Money? MoneyAtRisk, [property: JsonPropertyName("unitsHeld")] long UnitsAtRisk);
