using Orchestrator.Hosting;
using Orchestrator.Hosting.Embedded;
using Orchestrator.Hosting.Reconciliation;
using Orchestrator.Samples.RideBooking;

return args switch
{
    ["worker", .. var settings] => await SagaHost.Run(settings, sagas =>
    {
        sagas.AddRideSagas();
        sagas.UseReconciliation(new RideReconciliation());
    }),
    ["participants", .. var settings] =>
        await ParticipantHost.Run(settings, RidesRegistration.Party, party => party.AddRides(), port: 8084),
    _ => await EmbeddedHost.Run(args, "data/rides", host =>
    {
        host.AddSagas(sagas => sagas.AddRideSagas());
        host.AddParticipant(RidesRegistration.Party, party => party.AddRides());
        host.AddParticipant(SampleRides.Party, party => party.AddSampleRides());
    }),
};
