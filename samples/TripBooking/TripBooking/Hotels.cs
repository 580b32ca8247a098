using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Orchestrator.Contracts;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace TripBooking;

[SentTo("hotels-commands")]
public sealed record ReserveHotel(Guid SagaId, int Epoch, string Destination, int Nights) : IStepMessage;
public sealed record HotelReserved(Guid SagaId, int Epoch, string Room) : IStepMessage;
public sealed record HotelRefused(Guid SagaId, int Epoch, string Reason) : IStepMessage;
[SentTo("hotels-commands")]
public sealed record ReleaseHotel(Guid SagaId, int Epoch) : IStepMessage;
public sealed record HotelReleased(Guid SagaId, int Epoch) : IStepMessage;

/// <summary>What this participant knows about one trip.</summary>
public sealed record Hotel(string? Room = null);

/// <summary>Simulated hotels. The hotels in Cannes are full.</summary>
public sealed class Hotels : Participant<Hotel>
{
    public Hotels(Database database) : base(database, new StateTable<Hotel>("hotel", new Hotel()))
    {
        Does<ReserveHotel>(
                (hotel, asked) => asked.Destination == "Cannes" ? Refused("every room is taken") : Done(hotel with { Room = "214" }),
                (act, hotel) => new HotelReserved(act.SagaId, act.Epoch, hotel.Room!),
                act => new HotelRefused(act.SagaId, act.Epoch, act.Said!))
            .UndoneBy<ReleaseHotel>(
                (hotel, _) => Done(hotel with { Room = null }),
                act => new HotelReleased(act.SagaId, act.Epoch), "released before it was reserved");
    }
}

public sealed class HotelTables(DbContextOptions<HotelTables> options) : DbContext(options);

[DbContext(typeof(HotelTables)), Migration("20261201000000_Hotels")]
public sealed class CreateHotels : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateParticipantTables("hotel", "room text");
}
