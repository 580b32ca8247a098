using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Testing;
using Orchestrator.Tests.Unit.Sagas;

namespace Orchestrator.Tests.Unit.Engine;

[SentTo("mail-commands")]
public sealed record MailTicket(Guid SagaId, int Epoch, string To) : IStepMessage;

public sealed record TicketMailed(Guid SagaId, int Epoch) : IStepMessage;

public sealed record MailRefused(Guid SagaId, int Epoch, string Reason) : IStepMessage;

[SentTo("mail-commands")]
public sealed record AddMiles(Guid SagaId, int Epoch) : IStepMessage;

public sealed record MilesAdded(Guid SagaId, int Epoch) : IStepMessage;

[SentTo("mail-commands")]
public sealed record AskForReview(Guid SagaId, int Epoch) : IStepMessage;

public sealed record ReviewAskedFor(Guid SagaId, int Epoch) : IStepMessage;

/// <summary>A trip whose ticket is mailed after the payment, while miles are added. The mail may be refused.</summary>
public sealed class MailedTripSaga : StepSaga<Trip>
{
    public static readonly Guid Id = FreeTripSaga.Id;

    public MailedTripSaga() : base("mailed-trip", version: 1)
    {
        StartedBy<TripRequested>(
            asked => new(asked.SagaId, asked.Traveller, asked.Flight), key: trip => trip.Traveller, violation: _ => null);
        Then(Pivot<ChargeCard>((trip, epoch) => new(trip.Id, epoch, trip.Traveller)).CompletedBy<CardCharged>().NeverRefused());
        InParallel(
            Retriable<MailTicket>((trip, epoch) => new(trip.Id, epoch, trip.Traveller))
                .CompletedBy<TicketMailed>()
                .RefusedBy<MailRefused>(refusal => refusal.Reason)
                .Attempted(2),
            Retriable<AddMiles>((trip, epoch) => new(trip.Id, epoch)).CompletedBy<MilesAdded>());
        Then(Retriable<AskForReview>((trip, epoch) => new(trip.Id, epoch)).CompletedBy<ReviewAskedFor>());
        Completes(trip => new TripBooked(trip.Id, trip.Seat));
        Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
    }

    public static SagaTest<MailedTripSaga, Trip> Paid(params ISagaMessage[] then) =>
        new SagaTest<MailedTripSaga, Trip>().Receive([new TripRequested(Id, "Ada", "AY 5"), new CardCharged(Id, 1), .. then]);
}
