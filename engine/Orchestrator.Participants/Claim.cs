using Orchestrator.Contracts;

namespace Orchestrator.Participants;

/// <summary>
/// The records that a message needs: that of its saga, and rows of the shared resource. Claims are compared by their sagas only.
/// </summary>
readonly record struct Claim(ISagaMessage Message, IReadOnlyCollection<string> Keys) : IComparable<Claim>
{
    public Guid SagaId => Message.SagaId;

    /// <inheritdoc />
    public int CompareTo(Claim other) => SagaId.CompareTo(other.SagaId);
}
