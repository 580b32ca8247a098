using System.Globalization;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.MassTransit;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Payment.Acquirer;

namespace Orchestrator.Tests.Unit.Services.Payment;

public abstract class Payment_commands_on_a_bus(IPaymentStores stores) : PaymentTest(stores)
{
    Channel<ConsumeContext> _answers = null!;
    ServiceProvider _services = null!;
    IBusControl _bus = null!;
    ISendEndpoint _queue = null!;

    [SetUp]
    public async Task StartBus()
    {
        _answers = Channel.CreateUnbounded<ConsumeContext>();
        _services = new ServiceCollection()
            .AddLogging()
            .AddPayment(_ => Stores.Ledger)
            .AddSimulatedAcquirer(_ => Stores.Books)
            .AddMassTransit(bus =>
            {
                bus.UsingInMemory((context, configure) =>
                {
                    configure.UseMessageMetadata("payment");
                    configure.PaymentEndpoints(context);
                    configure.ReceiveEndpoint("answers", endpoint =>
                    {
                        endpoint.Handler<PaymentAuthorized>(Keep);
                        endpoint.Handler<PaymentRefused>(Keep);
                        endpoint.Handler<PaymentCaptured>(Keep);
                        endpoint.Handler<PaymentVoided>(Keep);
                        endpoint.Handler<PaymentVoidRefused>(Keep);
                        endpoint.Handler<PaymentUnknown>(Keep);
                    });
                });
            })
            .BuildServiceProvider(validateScopes: true);
        _bus = _services.GetRequiredService<IBusControl>();
        await _bus.StartAsync();
        _queue = await _bus.GetSendEndpoint(new Uri($"queue:{PaymentQueues.Commands}"));

        Task Keep(ConsumeContext answer) => _answers.Writer.WriteAsync(answer).AsTask();
    }

    [TearDown]
    public async Task StopBus()
    {
        await _bus.StopAsync();
        await _services.DisposeAsync();
    }

    [Test]
    public async Task Are_answered_and_the_same_command_by_the_same_message()
    {
        var command = new AuthorizePayment(OrderId, 1, Customer, Price);
        await _queue.Send(command);
        var (first, authorized) = await Answer<PaymentAuthorized>();
        await _queue.Send(command);
        var (second, again) = await Answer<PaymentAuthorized>();
        again.ShouldBe(authorized);
        first.MessageId.ShouldBe(Answers.MessageId(command, authorized));
        second.MessageId.ShouldBe(first.MessageId);
        first.CorrelationId.ShouldBe(OrderId);

        await _queue.Send(new CapturePayment(OrderId, 1));
        (await Answer<PaymentCaptured>()).Message.ShouldBe(new PaymentCaptured(OrderId, 1, Price));

        NewOrder();
        await _queue.Send(new VoidPayment(OrderId, 1));
        (await Answer<PaymentVoided>()).Message.ShouldBe(new PaymentVoided(OrderId, 1));
    }

    [Test]
    public async Task That_refuse_to_void_have_each_an_answer_of_its_own()
    {
        var command = new VoidPayment(OrderId, 1);
        await Authorize();
        await Capture();
        await _queue.Send(command);
        var (first, _) = await Answer<PaymentVoidRefused>();
        await _queue.Send(command);
        var (second, _) = await Answer<PaymentVoidRefused>();
        second.MessageId.ShouldNotBe(first.MessageId);
    }

    [Test]
    public async Task That_have_an_outcome_are_asked_about_and_the_answer_is_the_message_that_answered_them()
    {
        await _queue.Send(new AuthorizePayment(OrderId, 1, Customer, Price));
        var (toCommand, authorized) = await Answer<PaymentAuthorized>();
        await _queue.Send(new GetPaymentStatus(OrderId, 1, nameof(AuthorizePayment), 1));
        var (toQuestion, told) = await Answer<PaymentAuthorized>();
        told.ShouldBe(authorized);
        toQuestion.MessageId.ShouldBe(toCommand.MessageId);
        toQuestion.CorrelationId.ShouldBe(OrderId);

        await _queue.Send(new CapturePayment(OrderId, 1));
        var (toCapture, captured) = await Answer<PaymentCaptured>();
        await _queue.Send(new GetPaymentStatus(OrderId, 1, nameof(CapturePayment), 1));
        (toQuestion, var toldCaptured) = await Answer<PaymentCaptured>();
        toldCaptured.ShouldBe(captured);
        toQuestion.MessageId.ShouldBe(toCapture.MessageId);
    }

    [Test]
    public async Task That_never_came_are_asked_about_and_each_question_has_an_answer_of_its_own()
    {
        var ids = new List<Guid?>();
        foreach (var question in new GetPaymentStatus[]
            { new(OrderId, 1, nameof(AuthorizePayment), 1), new(OrderId, 1, nameof(AuthorizePayment), 2),
                new(OrderId, 1, nameof(CapturePayment), 1) })
        {
            await _queue.Send(question);
            await _queue.Send(question);
            var (first, unknown) = await Answer<PaymentUnknown>();
            var (second, again) = await Answer<PaymentUnknown>();
            unknown.ShouldBe(new PaymentUnknown(OrderId, 1, question.Step, question.Attempt));
            again.ShouldBe(unknown);
            first.MessageId.ShouldBe(DerivedId.From(
                OrderId.ToString(), "GetPaymentStatus", "1", "PaymentUnknown", question.Step,
                question.Attempt.ToString(CultureInfo.InvariantCulture)));
            second.MessageId.ShouldBe(first.MessageId);
            ids.Add(first.MessageId);
        }

        ids.ShouldBeUnique();
    }

    async Task<(ConsumeContext Context, T Message)> Answer<T>() where T : class
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var context = (await _answers.Reader.ReadAsync(patience.Token)).ShouldBeAssignableTo<ConsumeContext<T>>()!;
        return (context, context.Message);
    }
}
