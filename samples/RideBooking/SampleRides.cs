using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Hosting;
using Orchestrator.MassTransit;

namespace Orchestrator.Samples.RideBooking;

/// <summary>Books a few rides, prints how each ends, and then ends the program.</summary>
sealed class SampleRides(IHostApplicationLifetime program)
{
    /// <summary>The name of the party. It names the sender of the requests.</summary>
    public const string Party = "passengers-app";

    static readonly Money Most = new(40.00m, "EUR"), Cost = new(31.50m, "EUR");

    readonly Dictionary<Guid, RideRequested> _underWay = new RideRequested[]
    {
        new(Guid.CreateVersion7(), "R-1", "ada", "Main Station", "Airport", Most),
        new(Guid.CreateVersion7(), "R-2", "ben", $"{Drivers.Nowhere} Hill", "Airport", Most),
        new(Guid.CreateVersion7(), "R-3", $"{Fares.Declined}-cleo", "Main Station", "Airport", Most),
        new(Guid.CreateVersion7(), "R-4", "dora", "Main Station", $"{Drivers.TooFar} Beach", Most),
    }.ToDictionary(ride => ride.RideId);

    /// <summary>The requests of the rides.</summary>
    public IReadOnlyList<RideRequested> Requests { get { lock (_underWay) return [.. _underWay.Values]; } }

    /// <summary>Receives the ends of the rides.</summary>
    public void Receive(IReceiveEndpointConfigurator endpoint)
    {
        // The ride ends as soon as it has started.
        endpoint.Handler<RideStarted>(started => started.Tell(new RideEnded(started.Message.RideId, Cost)));
        endpoint.Handler<RideCompleted>(completed => Ended(completed.Message.RideId, $"completed, {completed.Message.Fare} paid"));
        endpoint.Handler<RideCancelled>(cancelled => Ended(cancelled.Message.RideId, $"cancelled, {cancelled.Message.Reason}"));
    }

    // A ride of an earlier run may also end now, and an end may be delivered twice.
    Task Ended(Guid id, string how)
    {
        lock (_underWay)
        {
            if (!_underWay.Remove(id, out var ride))
                return Task.CompletedTask;
            Console.WriteLine($"{ride.RideNumber}  {ride.PassengerId}, {ride.PickUp} to {ride.Destination}: {how}");
            if (_underWay.Count == 0)
                program.StopApplication();
            return Task.CompletedTask;
        }
    }
}

/// <summary>Books the sample rides. This is a class of its own, because it needs the bus, and the bus needs the receiver.</summary>
sealed class SampleBooking(IBus bus, SampleRides rides) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var ride in rides.Requests)
            await bus.Publish(ride, stoppingToken);
    }
}

/// <summary>Adds the sample rides to the program without servers.</summary>
static class SampleRidesParty
{
    /// <summary>Describes the sample rides to a host.</summary>
    public static void AddSampleRides(this Party party)
    {
        party.AddServices(host => host.Services.AddSingleton<SampleRides>().AddHostedService<SampleBooking>());
        party.AddQueues((bus, context) => bus.ReceiveEndpoint("sample-rides", context.GetRequiredService<SampleRides>().Receive));
    }
}
