using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Contracts;
using Orchestrator.Hosting;

namespace TripBooking;

/// <summary>Books a few trips, prints how each ends, and then ends the program.</summary>
public sealed class SampleTrips(IHostApplicationLifetime program)
{
    readonly Dictionary<Guid, TripRequested> _underWay = new TripRequested[]
    {
        new(Guid.CreateVersion7(), "ada", "Lisbon", 3, new Money(740.00m, "EUR")),
        new(Guid.CreateVersion7(), "ben", "Atlantis", 7, new Money(390.00m, "EUR")),
        new(Guid.CreateVersion7(), "cleo", "Venice", 2, new Money(420.00m, "EUR")),
        new(Guid.CreateVersion7(), "dora", "Bora Bora", 14, new Money(4_800.00m, "EUR")),
    }.ToDictionary(trip => trip.SagaId);

    public IReadOnlyList<TripRequested> Requests { get { lock (_underWay) return [.. _underWay.Values]; } }

    public static void AddTo(Party party)
    {
        party.AddServices(host => host.Services.AddSingleton<SampleTrips>().AddHostedService<SampleBooking>());
        party.AddQueues((bus, context) => bus.ReceiveEndpoint("travellers-events", context.GetRequiredService<SampleTrips>().Receive));
    }

    void Receive(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.Handler<TripBooked>(context => Ended(context.Message.SagaId, Booked(context.Message)));
        endpoint.Handler<TripCancelled>(context => Ended(context.Message.SagaId, $"cancelled, {context.Message.Reason}"));
    }

    static string Booked(TripBooked trip) => $"booked, seat {trip.Seat}, room {trip.Room}, car {trip.Car}";

    // A trip of an earlier run may also end now, and an end may be delivered twice.
    Task Ended(Guid id, string how)
    {
        lock (_underWay)
        {
            if (!_underWay.Remove(id, out var trip))
                return Task.CompletedTask;
            Console.WriteLine($"{trip.Traveller} to {trip.Destination}: {how}");
            if (_underWay.Count == 0)
                program.StopApplication();
            return Task.CompletedTask;
        }
    }
}

/// <summary>Books the trips. This is a class of its own, because it needs the bus, and the bus needs the receiver.</summary>
public sealed class SampleBooking(IBus bus, SampleTrips trips) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var trip in trips.Requests)
            await bus.Publish(trip, stoppingToken);
    }
}
