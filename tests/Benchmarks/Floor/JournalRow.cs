namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>One transition.</summary>
sealed record JournalRow(
    Guid SagaId, long Seq, Inbound Message, string Event, string? From, string? To, string Outgoing, DateTime At, List<Outbound> Sent);
