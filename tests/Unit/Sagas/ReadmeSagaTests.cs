using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Participants;
using Orchestrator.Storage;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Sagas;

#region README
// Each message has the id of its saga. A message of a step also has the epoch. A command names the queue of its participant.
public sealed record TripRequested(Guid SagaId, string Traveller, string Flight) : ISagaMessage;
[PublicEvent] // it may have no subscriber; every other message must reach a queue
public sealed record TripBooked(Guid SagaId, string? Seat) : ISagaMessage;
[PublicEvent]
public sealed record TripCancelled(Guid SagaId, string Reason) : ISagaMessage;

[SentTo("airline-commands")]
public sealed record ReserveSeat(Guid SagaId, int Epoch, string Flight) : IStepMessage;
public sealed record SeatReserved(Guid SagaId, int Epoch, string Seat) : IStepMessage;
public sealed record SeatRefused(Guid SagaId, int Epoch, string Reason) : IStepMessage;
[SentTo("airline-commands")]
public sealed record ReleaseSeat(Guid SagaId, int Epoch) : IStepMessage;
public sealed record SeatReleased(Guid SagaId, int Epoch) : IStepMessage;

[SentTo("bank-commands")]
public sealed record ChargeCard(Guid SagaId, int Epoch, string Traveller) : IStepMessage;
public sealed record CardCharged(Guid SagaId, int Epoch) : IStepMessage;
public sealed record CardRefused(Guid SagaId, int Epoch, string Reason) : IStepMessage;

// What the saga keeps.
public sealed record Trip(Guid Id, string Traveller, string Flight) : SagaData
{
    public string? Seat { get; init; }
}

// The table. Its kind, trip, is the name of its queue, its rows and its view. Raise the version when you change the table.
public sealed class TripSaga : StepSaga<Trip>
{
    public TripSaga() : base("trip", version: 1)
    {
        StartedBy<TripRequested>(
            asked => new(asked.SagaId, asked.Traveller, asked.Flight),
            key: trip => trip.Traveller,
            violation: asked => string.IsNullOrEmpty(asked.Flight) ? "flight is missing" : null);

        Then(Compensatable<ReserveSeat>((trip, epoch) => new(trip.Id, epoch, trip.Flight))
            .CompletedBy<SeatReserved>((trip, done) => trip with { Seat = done.Seat })
            .RefusedBy<SeatRefused>(refusal => refusal.Reason)
            .UndoneBy<ReleaseSeat, SeatReleased>((trip, epoch) => new(trip.Id, epoch)));

        Then(Pivot<ChargeCard>((trip, epoch) => new(trip.Id, epoch, trip.Traveller)) // its refusal is the last that turns the saga back
            .CompletedBy<CardCharged>()
            .RefusedBy<CardRefused>(refusal => refusal.Reason));

        Completes(trip => new TripBooked(trip.Id, trip.Seat));
        Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
        Shows("traveller", "traveller");
    }
}

// A participant: what it knows of one trip, and what its operations do.
public sealed record Seat(string? Number = null);

public sealed class Airline : Participant<Seat>
{
    public Airline(Database database) : base(database, new StateTable<Seat>("seat", new Seat()))
    {
        Does<ReserveSeat>(
                (seat, asked) => asked.Flight == "FULL" ? Refused("no seat is free") : Done(seat with { Number = "12A" }),
                (act, seat) => new SeatReserved(act.SagaId, act.Epoch, seat.Number!),
                act => new SeatRefused(act.SagaId, act.Epoch, act.Said!))
            .UndoneBy<ReleaseSeat>(
                (seat, _) => Done(seat with { Number = null }),
                act => new SeatReleased(act.SagaId, act.Epoch), "released before it was reserved");
    }
}
#endregion

/// <summary>The saga of the README.</summary>
public class The_saga_of_the_readme
{
    static readonly Guid Id = Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057");

    [Test]
    public void Stands_there_as_it_is_tested_here()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Unit", "Sagas", "ReadmeSagaTests.cs"));
        var shown = source.Split("#region README\n")[1].Split("#endregion\n")[0];
        File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ShouldContain($"```csharp\n{shown}```\n");
    }

    [Test]
    public void Comes_to_its_end() => Sent(new SeatReserved(Id, 1, "12A"), new CardCharged(Id, 1))
        .ShouldBe([new ReserveSeat(Id, 1, "AY 5"), new ChargeCard(Id, 1, "Ada"), new TripBooked(Id, "12A")]);

    [Test]
    public void Turns_back() => Sent(new SeatReserved(Id, 1, "12A"), new CardRefused(Id, 1, "no money"), new SeatReleased(Id, 1))
        .ShouldBe(
            [new ReserveSeat(Id, 1, "AY 5"), new ChargeCard(Id, 1, "Ada"), new ReleaseSeat(Id, 1), new TripCancelled(Id, "no money")]);

    [Test]
    public async Task Has_a_participant_that_keeps_the_protocol()
    {
        var file = new SqliteFile();
        var database = await file.Create();
        var migration = new MigrationBuilder("Microsoft.EntityFrameworkCore.Sqlite");
        migration.CreateParticipantTables("seat", "number text");
        foreach (var table in migration.Operations.OfType<SqlOperation>())
            await database.Write(sql => sql.Execute(table.Sql));
        await new ParticipantContract
        {
            Open = () => new Airline(database),
            Command = (trip, epoch) => new ReserveSeat(trip, epoch, "AY 5"),
            Done = typeof(SeatReserved),
            Undo = (trip, epoch) => new ReleaseSeat(trip, epoch),
        }.Check();
        await file.Drop();
    }

    static List<ISagaMessage> Sent(params ISagaMessage[] outcomes)
    {
        var saga = new TripSaga();
        SagaState<Trip>? state = null;
        var sent = new List<ISagaMessage>();
        foreach (var message in outcomes.Prepend(new TripRequested(Id, "Ada", "AY 5")))
        {
            var decision = Decider.Decide(saga, state, message, new Circumstances(DateTimeOffset.UnixEpoch));
            state = decision.State;
            sent.AddRange(decision.Outgoing.Select(outgoing => outgoing.Message));
        }

        return sent;
    }
}
