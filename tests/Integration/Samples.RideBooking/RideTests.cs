using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Rides;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Samples.RideBooking;
using Orchestrator.Services.Inventory;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Shipping;
using Orchestrator.Worker;

namespace Orchestrator.Tests.Integration.Samples.RideBooking;

/// <summary>The embedded host runs more than one kind of saga.</summary>
public class Rides_in_the_embedded_host
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly Money Fare = new(40.00m, "EUR");

    [Test]
    public async Task Run_beside_orders_and_go_on_after_a_restart()
    {
        using var temporary = new TemporaryFolder();
        using var folder = DataFolder.Open(temporary[""]);
        var (ride, order) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using (var host = await EmbeddedHost.Start(folder, Parties()))
        {
            await new Heard<RideStarted>(host).From(
                () => host.Bus.Publish(new RideRequested(ride, "R-1", "ada", "Main Station", "Airport", Fare)));
            await new Stock(host.Database).Load([("NW-11", 100)]);
            var fulfilled = await new Heard<OrderFulfilled>(host).From(() => host.Bus.Publish(new OrderSubmitted(
                order, "10248", "VINET", DateTimeOffset.UnixEpoch, "USD", [new("NW-11", 12, 14.0m)], new("France", "51100"))));
            fulfilled.OrderId.ShouldBe(order);
        }

        await using var next = await EmbeddedHost.Start(folder, Parties());
        await next.Recover(null, CancellationToken.None);
        var completed = await new Heard<RideCompleted>(next).From(() => next.Bus.Publish(new RideEnded(ride, Fare)));
        completed.RideId.ShouldBe(ride);
        (await next.Database.Read(sql => sql.Query("SELECT state FROM ride_booking", row => row.GetString(0)))).ShouldBe(["Completed"]);
    }

    static HostedParties Parties()
    {
        var parties = new HostedParties();
        parties.AddSagas(sagas =>
        {
            sagas.AddOrderSagas();
            sagas.AddRideSagas();
        });
        parties.AddParticipant(InventoryRegistration.Party, party => party.AddInventory());
        parties.AddParticipant(PaymentRegistration.Party, party => party.AddPayment());
        parties.AddParticipant(ShippingRegistration.Party, party => party.AddShipping());
        parties.AddParticipant(RidesRegistration.Party, party => party.AddRides());
        return parties;
    }

    sealed class Heard<T>(EmbeddedHost host) : IPublishObserver
        where T : class
    {
        readonly TaskCompletionSource<T> _message = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<T> From(Func<Task> act)
        {
            using var handle = host.Bus.ConnectPublishObserver(this);
            await act();
            return await _message.Task.WaitAsync(Patience);
        }

        public Task PrePublish<TMessage>(PublishContext<TMessage> context)
            where TMessage : class => Task.CompletedTask;

        public Task PostPublish<TMessage>(PublishContext<TMessage> context)
            where TMessage : class
        {
            if (context.Message is T heard)
                _message.TrySetResult(heard);
            return Task.CompletedTask;
        }

        public Task PublishFault<TMessage>(PublishContext<TMessage> context, Exception exception)
            where TMessage : class => Task.CompletedTask;
    }
}
