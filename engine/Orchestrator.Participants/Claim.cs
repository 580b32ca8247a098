using Orchestrator.Contracts;

namespace Orchestrator.Participants;

/// <summary>What a message needs: the record of its saga, and rows of the shared resource. Compared by the saga alone.</summary>
readonly record struct Claim(ISagaMessage Message, IReadOnlyCollection<string> Keys) : IComparable<Claim>
{
    public Guid SagaId => Message.SagaId;

    /// <inheritdoc />
    public int CompareTo(Claim other) => SagaId.CompareTo(other.SagaId);
}
