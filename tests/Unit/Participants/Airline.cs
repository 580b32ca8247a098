using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Orchestrator.Contracts;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Participants;

[SentTo("airline-commands")]
public sealed record ReserveSeat(Guid SagaId, int Epoch, string Flight) : IStepMessage;

public sealed record SeatReserved(Guid SagaId, int Epoch, string Seat) : IStepMessage;

public sealed record SeatRefused(Guid SagaId, int Epoch, string Reason) : IStepMessage;

[SentTo("airline-commands")]
public sealed record ReleaseSeat(Guid SagaId, int Epoch) : IStepMessage;

public sealed record SeatReleased(Guid SagaId, int Epoch) : IStepMessage;

public sealed record SeatReleaseRefused(Guid SagaId, int Epoch, string Reason) : IStepMessage, IUndoRefusal;

[SentTo("airline-commands")]
public sealed record GetSeat(Guid SagaId, int Epoch, string Step, int Attempt) : IStepInquiry;

public sealed record SeatUnknown(Guid SagaId, int Epoch, string Step, int Attempt) : IStepInquiry;

[SentTo("airline-commands")]
public sealed record PrintTicket(Guid SagaId, int Epoch) : IStepMessage;

public sealed record TicketPrinted(Guid SagaId, int Epoch, string Text) : IStepMessage;

public sealed record PassengerBoarded(Guid SagaId) : ISagaMessage;

/// <summary>What the airline knows about one trip.</summary>
public sealed record Seat(string? Number = null, bool HasBoarded = false, int Tickets = 0, DateTimeOffset? ReservedAt = null);

/// <summary>A participant as a user of the kit writes it.</summary>
public sealed class Airline : Participant<Seat>
{
    public Airline(Database database) : base(database, new StateTable<Seat>("seat", new Seat()))
    {
        Does<ReserveSeat>(
            Reserve, (act, _) => new SeatReserved(act.SagaId, act.Epoch, act.Said!), act =>
                new SeatRefused(act.SagaId, act.Epoch, act.Said!))
            .Requires(command => TextRules.Violation("flight", command.Flight))
            .UndoneBy<ReleaseSeat>(
                (seat, _) => seat.HasBoarded ? Refused("the passenger is on board") : Done(seat with { Number = null, ReservedAt = null }),
                act => new SeatReleased(act.SagaId, act.Epoch), "released before it was reserved",
                act => new SeatReleaseRefused(act.SagaId, act.Epoch, act.Said!))
            .AskedBy<GetSeat>(question => new SeatUnknown(question.SagaId, question.Epoch, question.Step, question.Attempt));
        Does<PrintTicket>(Print, (act, _) => new TicketPrinted(act.SagaId, act.Epoch, act.Said!))
            .AskedBy<GetSeat>(question => new SeatUnknown(question.SagaId, question.Epoch, question.Step, question.Attempt));
        Hears<PassengerBoarded>("airline-events", (seat, _) => Done(seat with { HasBoarded = true }));
    }

    static Outcome<Seat> Reserve(Seat seat, ReserveSeat command, DateTimeOffset now)
    {
        var number = seat.Number ?? $"{command.Epoch}A";
        return command.Flight == "FULL" ? Refused("no seat is free") : Done(seat with { Number = number, ReservedAt = now }, said: number);
    }

    static Outcome<Seat> Print(Seat seat, PrintTicket command) => seat.Number is { } number
        ? Done(seat with { Tickets = seat.Tickets + 1 }, $"seat {number}, ticket {seat.Tickets + 1}")
        : throw new InvalidOperationException("no seat is reserved");
}

public sealed class AirlineSchema(DbContextOptions<AirlineSchema> options) : DbContext(options)
{
    public static Task Migrate(Database database) =>
        Schema.Migrate<AirlineSchema>(database, "airline", options => new AirlineSchema(options));
}

[DbContext(typeof(AirlineSchema))]
[Migration("20261201000000_Seats")]
public sealed class CreateSeats : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateParticipantTables(
        "seat", "number text, has_boarded boolean NOT NULL, tickets integer NOT NULL, reserved_at timestamptz");
}
