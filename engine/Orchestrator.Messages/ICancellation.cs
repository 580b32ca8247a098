namespace Orchestrator.Contracts;

/// <summary>Somebody wants a saga to turn back.</summary>
public interface ICancellation : ISagaMessage
{
    /// <summary>Who wants it.</summary>
    string RequestedBy { get; }

    /// <summary>Why.</summary>
    string Reason { get; }
}
