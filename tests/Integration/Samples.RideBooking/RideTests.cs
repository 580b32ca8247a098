using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Local;
using Orchestrator.Local.Embedded;

namespace Orchestrator.Tests.Integration.Embedded;

/// <summary>The embedded host carries more than one kind of saga.</summary>
public class Rides_in_the_embedded_host
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly Money Fare = new(40.00m, "EUR");

    [Test]
    public async Task Run_beside_orders_and_go_on_after_a_restart()
    {
        using var temporary = new TemporaryFolder();
        using var folder = DataFolder.Open(temporary[""]);
        var ride = Guid.CreateVersion7();
        await using (var host = await EmbeddedOrders.Start(folder))
        {
            await new Heard<RideStarted>(host).From(
                () => host.Bus.Publish(new RideRequested(ride, "R-1", "ada", "Main Station", "Airport", Fare)));
            (await EmbeddedRun.Process(host, "", EmbeddedRun.Line(Guid.CreateVersion7()))).Fulfilled.ShouldBe(1);
        }

        await using var next = await EmbeddedOrders.Start(folder);
        await next.Recover(CancellationToken.None);
        var completed = await new Heard<RideCompleted>(next).From(() => next.Bus.Publish(new RideEnded(ride, Fare)));
        completed.RideId.ShouldBe(ride);
        (await next.Database.Read(sql => sql.Query("SELECT state FROM ride_booking", row => row.GetString(0)))).ShouldBe(["Completed"]);
    }

    sealed class Heard<T>(EmbeddedOrders host) : IPublishObserver
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
