namespace Orchestrator.Contracts;

/// <summary>A question to a participant about an earlier command, or its answer that it knows of no outcome.</summary>
/// <remarks>A participant that does know an outcome answers with that outcome itself, under the outcome's own message id.</remarks>
public interface IStepInquiry : IStepMessage
{
    /// <summary>The name of the command that is asked about. It is also the step's name.</summary>
    string Step { get; }

    /// <summary>The attempt that had no answer, counted from 1. It distinguishes this question from the next one.</summary>
    int Attempt { get; }
}
