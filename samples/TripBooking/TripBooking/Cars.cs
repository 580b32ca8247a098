using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Orchestrator.Contracts;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace TripBooking;

[SentTo("cars-commands")]
public sealed record ReserveCar(Guid SagaId, int Epoch, string Destination) : IStepMessage;
public sealed record CarReserved(Guid SagaId, int Epoch, string Plate) : IStepMessage;
public sealed record CarRefused(Guid SagaId, int Epoch, string Reason) : IStepMessage;
[SentTo("cars-commands")]
public sealed record ReleaseCar(Guid SagaId, int Epoch) : IStepMessage;
public sealed record CarReleased(Guid SagaId, int Epoch) : IStepMessage;

/// <summary>What this participant knows about one trip.</summary>
public sealed record Car(string? Plate = null);

/// <summary>A simulated car rental. It has no cars in Venice.</summary>
public sealed class Cars : Participant<Car>
{
    public Cars(Database database) : base(database, new StateTable<Car>("car", new Car()))
    {
        Does<ReserveCar>(
                (car, asked) => asked.Destination == "Venice" ? Refused("there are no roads") : Done(car with { Plate = "TB 214" }),
                (act, car) => new CarReserved(act.SagaId, act.Epoch, car.Plate!),
                act => new CarRefused(act.SagaId, act.Epoch, act.Said!))
            .UndoneBy<ReleaseCar>(
                (car, _) => Done(car with { Plate = null }),
                act => new CarReleased(act.SagaId, act.Epoch), "released before it was reserved");
    }
}

public sealed class CarTables(DbContextOptions<CarTables> options) : DbContext(options);

[DbContext(typeof(CarTables)), Migration("20261201000000_Cars")]
public sealed class CreateCars : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateParticipantTables("car", "plate text");
}
