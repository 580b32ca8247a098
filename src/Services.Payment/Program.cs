using Orchestrator.Hosting;
using Orchestrator.Services.Payment;

return await ParticipantHost.Run(args, PaymentRegistration.Party, host => host.AddPayment(), port: 8082);
