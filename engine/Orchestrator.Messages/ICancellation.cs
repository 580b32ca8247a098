namespace Orchestrator.Contracts;

/// <summary>A request that a saga turns back.</summary>
public interface ICancellation : ISagaMessage
{
    /// <summary>Who requested it.</summary>
    string RequestedBy { get; }

    /// <summary>Why.</summary>
    string Reason { get; }
}
