namespace Orchestrator.Contracts;

/// <summary>A question to a participant about an earlier command, or its answer that it knows of no outcome.</summary>
/// <remarks>A participant that does know an outcome answers with that outcome itself, under the outcome's own message id.</remarks>
public interface IStepInquiry : IStepMessage
{
    /// <summary>The name of the command that is asked about, which is the step's.</summary>
    string Step { get; }

    /// <summary>Which sending of the command had no answer, from 1: it tells one question from the next.</summary>
    int Attempt { get; }
}
