using System.Text.Json.Serialization;

namespace Orchestrator.Contracts.Operations;

/// <summary>An operator tells a saga the outcome of a step that it waits for.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="Version">The version that the operator saw.</param>
/// <param name="Step">The step's name.</param>
/// <param name="As">The outcome.</param>
/// <param name="Evidence">How the operator knows: a statement's line, a ticket, a phone call.</param>
/// <param name="Actor">Who says so.</param>
/// <param name="Note">Why.</param>
public sealed record ResolveStep(
    Guid SagaId, long? Version, string Step, StepResolution As, string Evidence, string Actor, string Note) : IOperatorCommand;

/// <summary>The outcome of a step, as an operator states it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepResolution>))]
public enum StepResolution
{
    /// <summary>It has been done; the saga goes on as if the participant had said so.</summary>
    Done,

    /// <summary>It has not been done, or has been undone; the participant holds nothing.</summary>
    Undone,
}
