using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Embedded;
using Orchestrator.MassTransit;

namespace Orchestrator.Tests.Integration.Embedded;

/// <summary>The embedded host with a saga and a participant that the order application does not have.</summary>
public class A_saga_of_another_application_in_the_embedded_host
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Guid _trip = Guid.CreateVersion7();
    TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Runs_to_its_end()
    {
        await Run(asks: true, answers: true, until: nameof(TripBooked));
        (await Left()).ShouldBe(("Completed", 0));
    }

    [Test]
    public async Task Goes_on_at_the_next_start_where_the_process_stopped()
    {
        await Run(asks: true, answers: false, until: nameof(ReserveSeat));
        await Run(asks: false, answers: true, until: nameof(TripBooked));
        (await Left()).ShouldBe(("Completed", 0));
    }

    [Test]
    public async Task Ends_when_a_party_stops_the_application()
    {
        var heard = new Heard();
        var parties = Parties(heard, asks: true, answers: true);
        parties.AddParticipant("end", end => end.AddServices(host => host.Services.AddHostedService(provider => new Ending(
            heard.Of(nameof(TripBooked)), provider.GetRequiredService<IHostApplicationLifetime>()))));
        (await EmbeddedHost.Run(_folder["data"], parties, CancellationToken.None).WaitAsync(Patience)).ShouldBe(ExitCode.Done);
        (await Left()).ShouldBe(("Completed", 0));
    }

    [Test]
    public async Task Ends_with_the_failure_of_a_background_service()
    {
        var parties = Parties(new Heard(), asks: false, answers: false);
        parties.AddParticipant("failing", failing => failing.AddServices(host => host.Services.AddHostedService<Failing>()));
        (await Should.ThrowAsync<InvalidOperationException>(
            () => EmbeddedHost.Run(_folder["data"], parties, CancellationToken.None).WaitAsync(Patience)))
            .Message.ShouldBe("the phone is dead");
    }

    [Test]
    public async Task Does_not_start_when_no_participant_takes_the_commands_of_a_saga()
    {
        var parties = new HostedParties();
        parties.AddSagas(sagas => sagas.AddSaga<TripSaga, Trip>());
        (await Should.ThrowAsync<DefinitionException>(
            () => EmbeddedHost.Run(_folder["data"], parties, CancellationToken.None).WaitAsync(Patience)))
            .Message.ShouldBe(
                "saga trip: it sends commands to the queue 'airline-commands', and no participant of this process receives from it; add the "
                + "participant to the host, or correct the queue in [SentTo]");
    }

    [Test]
    public void Has_parties_that_each_have_a_name_of_their_own()
    {
        var parties = new HostedParties();
        parties.AddParticipant("airline", _ => { });
        Should.Throw<InvalidOperationException>(() => parties.AddParticipant("airline", _ => { })).Message
            .ShouldBe("there is already a party named airline; give each party its own name");
    }

    async Task Run(bool asks, bool answers, string until)
    {
        using var stop = new CancellationTokenSource();
        var heard = new Heard();
        var running = EmbeddedHost.Run(_folder["data"], Parties(heard, asks, answers), stop.Token);
        await await Task.WhenAny(running, heard.Of(until)).WaitAsync(Patience);
        await stop.CancelAsync();
        (await running).ShouldBe(ExitCode.Done);
    }

    /// <summary>The state of the trip, and the number of sagas that the next start drives again.</summary>
    async Task<(string State, int Driven)> Left()
    {
        using var folder = DataFolder.Open(_folder["data"]);
        await using var host = await EmbeddedHost.Start(folder, Parties(new Heard(), asks: false, answers: false));
        var driven = 0;
        await host.Recover(
            (_, _) =>
            {
                driven++;
                return Task.CompletedTask;
            },
            CancellationToken.None);
        return ((await host.Database.Read(sql => sql.Query("SELECT state FROM trip", row => row.GetString(0)))).Single(), driven);
    }

    HostedParties Parties(Heard heard, bool asks, bool answers)
    {
        var parties = new HostedParties();
        parties.AddSagas(sagas => sagas.AddSaga<TripSaga, Trip>());
        parties.AddParticipant("airline", airline =>
        {
            airline.AddServices(host => host.Services.AddSingleton(heard).AddSingleton(new Airline(answers)));
            airline.AddHandlers(bus => bus.AddConsumer<ReserveSeatHandler>());
            airline.AddQueues((bus, context) => bus.ReceiveEndpoint(ReserveSeat.Queue, endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                endpoint.ConfigureConsumer<ReserveSeatHandler>(context);
            }));
        });
        parties.AddParticipant("traveller", traveller =>
        {
            if (asks)
                traveller.AddServices(
                    host => host.Services.AddHostedService(provider => new Asking(provider.GetRequiredService<IBus>(), _trip)));
            traveller.AddHandlers(bus => bus.AddConsumer<TripBookedHandler>());
            traveller.AddQueues(
                (bus, context) =>
                    bus.ReceiveEndpoint("traveller-events", endpoint => endpoint.ConfigureConsumer<TripBookedHandler>(context)));
        });
        return parties;
    }

    sealed class Asking(IBus bus, Guid trip) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
            bus.Publish(new TripRequested(trip, "ada", "LH-1"), stoppingToken);
    }

    sealed class Ending(Task after, IHostApplicationLifetime application) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await after.WaitAsync(stoppingToken);
            application.StopApplication();
        }
    }

    sealed class Failing : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("the phone is dead");
        }
    }

    sealed class Heard
    {
        readonly ConcurrentDictionary<string, TaskCompletionSource> _messages = new();

        public Task Of(string message) => Source(message).Task;

        public void Add(string message) => Source(message).TrySetResult();

        TaskCompletionSource Source(string message) =>
            _messages.GetOrAdd(message, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    sealed record Airline(bool Answers);

    sealed class ReserveSeatHandler(Airline airline, Heard heard) : IConsumer<ReserveSeat>
    {
        public async Task Consume(ConsumeContext<ReserveSeat> context)
        {
            heard.Add(nameof(ReserveSeat));
            if (airline.Answers)
                await context.Answer(new SeatReserved(context.Message.SagaId, context.Message.Epoch));
        }
    }

    sealed class TripBookedHandler(Heard heard) : IConsumer<TripBooked>
    {
        public Task Consume(ConsumeContext<TripBooked> context)
        {
            heard.Add(nameof(TripBooked));
            return Task.CompletedTask;
        }
    }
}

public sealed record TripRequested(Guid SagaId, string Traveller, string Flight) : ISagaMessage;

[PublicEvent]
public sealed record TripBooked(Guid SagaId) : ISagaMessage;

[PublicEvent]
public sealed record TripCancelled(Guid SagaId, string Reason) : ISagaMessage;

[SentTo(Queue)]
public sealed record ReserveSeat(Guid SagaId, int Epoch, string Flight) : IStepMessage
{
    public const string Queue = "airline-commands";
}

public sealed record SeatReserved(Guid SagaId, int Epoch) : IStepMessage;

public sealed record SeatRefused(Guid SagaId, int Epoch, string Reason) : IStepMessage;

public sealed record Trip(Guid Id, string Traveller, string Flight) : SagaData;

public sealed class TripSaga : StepSaga<Trip>
{
    public TripSaga()
        : base("trip", version: 1)
    {
        StartedBy<TripRequested>(
            asked => new(asked.SagaId, asked.Traveller, asked.Flight), key: trip => trip.Traveller, violation: _ => null);
        Then(Pivot<ReserveSeat>((trip, epoch) => new(trip.Id, epoch, trip.Flight)).CompletedBy<SeatReserved>()
            .RefusedBy<SeatRefused>(refusal => refusal.Reason)
            .Within(TimeSpan.FromHours(1)));
        Completes(trip => new TripBooked(trip.Id));
        Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
        Shows("traveller", "traveller");
    }
}
