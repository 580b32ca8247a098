using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Rides;
using Orchestrator.Hosting;
using Orchestrator.MassTransit;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Samples.RideBooking;

/// <summary>Sagas, journal and participants together, as in a host.</summary>
public class When_rides_are_on_a_bus
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly Money Most = new(40.00m, "EUR");

    Clock _clock = null!;
    Gate _gate = null!;
    Guid _ride;
    DirectoryInfo _folder = null!;
    SqliteDatabase _database = null!;
    ServiceProvider _services = null!;
    ITestHarness _bus = null!;

    [SetUp]
    public void Open()
    {
        (_ride, _clock, _gate) = (Guid.CreateVersion7(), new Clock(), new Gate());
        _folder = Directory.CreateTempSubdirectory("orchestrator-test-");
        _database = new SqliteDatabase(Path.Combine(_folder.FullName, "test.db"), _clock, NullLogger<SqliteDatabase>.Instance);
    }

    [TearDown]
    public async Task Stop()
    {
        _gate.Open();
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Test]
    public async Task A_ride_is_taken_and_paid()
    {
        await Run();
        await Request();
        await Published<RideStarted>();
        await End(31.50m);
        (await Published<RideCompleted>()).Fare.ShouldBe(new Money(31.50m, "EUR"));
        (await View("state")).ShouldBe("Completed");
        (await View("driver")).ShouldStartWith("driver-");
        (await View("final_fare")).ShouldBe("31.5");
    }

    [Test]
    public async Task A_ride_without_a_driver_is_cancelled()
    {
        await Run();
        await Request(pickUp: "NODRIVER Hill");
        await EndsCancelled("AssignDriver", "no driver is near");
    }

    [Test]
    public async Task A_ride_that_the_bank_declines_is_cancelled_and_the_driver_released()
    {
        await Run();
        await Request(passenger: "DECLINE-1");
        await EndsCancelled("AuthorizeFare", "declined by the bank");
        await Published<DriverReleased>();
    }

    [Test]
    public async Task A_passenger_who_cancels_under_way_pays_nothing()
    {
        await Run();
        await Request();
        await Published<RideStarted>();
        await Reaches("RideEnded");
        await Send(new CancelRide(_ride, "ada", "my train is late"));
        await EndsCancelled("CancelRide", "ada: my train is late");
        await Published<RideAborted>();
        await Published<FareVoided>();
    }

    [Test]
    public async Task A_ride_may_end_before_it_is_known_that_it_started()
    {
        await Run(_gate);
        await Request();
        await _gate.Reached.WaitAsync(Patience);
        await End(12.00m);
        await Reaches("StartRide", after: nameof(RideEnded));
        _gate.Open();
        (await Published<RideCompleted>()).Fare.ShouldBe(new Money(12.00m, "EUR"));
    }

    [Test]
    public async Task A_fare_beyond_what_is_held_calls_an_operator_since_the_ride_has_ended()
    {
        await Run();
        await Request();
        await Published<RideStarted>();
        // The drivers hear of the end first. Otherwise the saga may abort the ride before they know of it.
        var drivers = await _bus.Bus.GetSendEndpoint(new Uri($"queue:{RideQueues.DriverEvents}"));
        await drivers.Send(new RideEnded(_ride, new Money(99.00m, "EUR")));
        (await _bus.Consumed.Any<RideEnded>()).ShouldBeTrue();
        await End(99.00m);
        (await Published<SagaSuspended>()).Reason.ShouldBe("AbortRide was refused: the ride has ended");
        (await View("money_at_risk")).ShouldBe("40.0");
    }

    [Test]
    public async Task Nobody_answers_and_an_operator_is_called_since_a_driver_may_be_on_the_way()
    {
        await Run(withParticipants: false);
        await Request();
        await Reaches("AssignDriver");
        for (var i = 0; await View("deadline") is { } deadline; i++)
        {
            i.ShouldBeLessThan(100, deadline);
            await TimePassesUntil(DateTimeOffset.Parse(deadline, System.Globalization.CultureInfo.InvariantCulture));
        }

        (await Published<SagaSuspended>()).Reason.ShouldBe("ReleaseDriver: no answer to 10 attempts");
        (await View("refused_reason")).ShouldBe("no answer to 3 attempts");
    }

    async Task Run(Gate? gate = null, bool withParticipants = true)
    {
        _services = new ServiceCollection()
            .AddOrchestrator(_ => _database)
            .AddRides(_ => _database)
            .AddMassTransitTestHarness(bus =>
            {
                bus.SetTestTimeouts(Patience, Patience);
                Sagas().AddTo(bus);
                bus.UsingInMemory((context, transport) =>
                {
                    transport.UseMessageMetadata("orchestrator");
                    transport.SagaEndpoints(context);
                    if (withParticipants)
                        transport.RideEndpoints(context);
                });
            })
            .BuildServiceProvider(validateScopes: true);
        await _services.MigrateOrchestrator();
        await _database.MigrateRides();
        _bus = _services.GetRequiredService<ITestHarness>();
        await _bus.Start();
        if (gate is not null)
            ((IBusControl)_bus.Bus).ConnectConsumeMessageObserver(gate);
    }

    static SagaParty Sagas()
    {
        var sagas = new SagaParty();
        sagas.AddRideSagas();
        return sagas;
    }

    Task Request(string passenger = "ada", string pickUp = "Main Station") =>
        _bus.Bus.Publish(new RideRequested(_ride, "R-1", passenger, pickUp, "Airport", Most));

    Task End(decimal fare) => _bus.Bus.Publish(new RideEnded(_ride, new Money(fare, "EUR")));

    async Task EndsCancelled(string step, string reason)
    {
        (await Published<RideCancelled>()).ShouldBe(new RideCancelled(_ride, step, reason));
        (await View("state")).ShouldBe("Cancelled");
    }

    async Task<T> Published<T>()
        where T : class, ISagaMessage
    {
        await foreach (var message in _bus.Published.SelectAsync<T>(_ => true))
            return message.Context.Message;
        throw new TimeoutException($"no saga or participant published {typeof(T).Name}");
    }

    async Task Reaches(string step, string? after = null)
    {
        var give = DateTimeOffset.UtcNow + Patience;
        while (await View("step") != step || (after is not null && await View("last_event") != after))
        {
            DateTimeOffset.UtcNow.ShouldBeLessThan(give, $"the ride is at {await View("step")}, after {await View("last_event")}");
            await Task.Yield();
        }
    }

    async Task TimePassesUntil(DateTimeOffset deadline)
    {
        // The column has only microseconds, while the saga keeps the exact time.
        _clock.Now = deadline.AddMilliseconds(1);
        var id = Guid.CreateVersion7();
        await Send(new DeadlineReached(_ride, deadline), id);
        var give = DateTimeOffset.UtcNow + Patience;
        while (!await _database.Read(
            sql => sql.First("SELECT EXISTS (SELECT 1 FROM journal WHERE message_id = @id)", row => row.GetBoolean(0), ("id", id))))
        {
            DateTimeOffset.UtcNow.ShouldBeLessThan(give, $"the ride did not act on its deadline {deadline}");
            await Task.Yield();
        }
    }

    async Task Send<T>(T command, Guid? id = null)
        where T : class
    {
        var endpoint = await _bus.Bus.GetSendEndpoint(new Uri($"queue:{RideQueues.Commands}"));
        await endpoint.Send(command, context => context.MessageId = id ?? Guid.CreateVersion7());
    }

    Task<string?> View(string column) => _database.Read(sql => sql.First(
        $"SELECT {column} FROM ride_booking WHERE id = @id", row => row.IsDBNull(0) ? null : row.GetString(0), ("id", _ride)));

    sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>Delays the answers of the drivers to <see cref="StartRide"/> until it is opened.</summary>
    sealed class Gate : IConsumeMessageObserver<StartRide>
    {
        readonly TaskCompletionSource _reached = new(), _open = new();

        public Task Reached => _reached.Task;

        public void Open() => _open.TrySetResult();

        public Task PreConsume(ConsumeContext<StartRide> context)
        {
            _reached.TrySetResult();
            return _open.Task;
        }

        public Task PostConsume(ConsumeContext<StartRide> context) => Task.CompletedTask;

        public Task ConsumeFault(ConsumeContext<StartRide> context, Exception exception) => Task.CompletedTask;
    }
}
