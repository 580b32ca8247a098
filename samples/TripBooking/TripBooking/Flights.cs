using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Orchestrator.Contracts;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace TripBooking;

[SentTo("flights-commands")]
public sealed record ReserveFlight(Guid SagaId, int Epoch, string Destination) : IStepMessage;
public sealed record FlightReserved(Guid SagaId, int Epoch, string Seat) : IStepMessage;
public sealed record FlightRefused(Guid SagaId, int Epoch, string Reason) : IStepMessage;
[SentTo("flights-commands")]
public sealed record ReleaseFlight(Guid SagaId, int Epoch) : IStepMessage;
public sealed record FlightReleased(Guid SagaId, int Epoch) : IStepMessage;

/// <summary>What this participant knows about one trip.</summary>
public sealed record Flight(string? Seat = null);

/// <summary>A simulated airline. It does not fly to Atlantis.</summary>
public sealed class Flights : Participant<Flight>
{
    public Flights(Database database) : base(database, new StateTable<Flight>("flight", new Flight()))
    {
        Does<ReserveFlight>(
                (flight, asked) => asked.Destination == "Atlantis" ? Refused("nobody flies there") : Done(flight with { Seat = "12A" }),
                (act, flight) => new FlightReserved(act.SagaId, act.Epoch, flight.Seat!),
                act => new FlightRefused(act.SagaId, act.Epoch, act.Said!))
            .UndoneBy<ReleaseFlight>(
                (flight, _) => Done(flight with { Seat = null }),
                act => new FlightReleased(act.SagaId, act.Epoch), "released before it was reserved");
    }
}

public sealed class FlightTables(DbContextOptions<FlightTables> options) : DbContext(options);

[DbContext(typeof(FlightTables)), Migration("20261201000000_Flights")]
public sealed class CreateFlights : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateParticipantTables("flight", "seat text");
}
