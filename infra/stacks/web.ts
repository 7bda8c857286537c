import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import {
  CfnManagedLoginBranding,
  CfnUserPoolDomain,
  OAuthScope,
  UserPoolClient,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { DeclaredFunction } from '../constructs/declared-function.ts';
import { HttpSite } from '../constructs/site.ts';
import type { FunctionDeclaration, FunctionName } from '../functions.ts';
import type { DataStack } from './data.ts';
import { type Addresses, settingsOf } from './settings.ts';

export interface WebStackProps extends StackProps {
  readonly stage: StageConfig;
  readonly data: DataStack;
  readonly declarations: Readonly<Record<FunctionName, FunctionDeclaration>>;
  readonly code: (name: FunctionName) => Code;
}

/** Where the staff API receives the authorization code. */
export const staffCallbackPath = '/staff/callback';
export const staffSignedOutPath = '/staff';

/** The two web sites, on origins of their own so that a fault in the public one cannot reach a staff session, and the sign-in of staff. */
export class WebStack extends Stack {
  readonly addresses: Addresses;
  readonly sites: readonly { readonly name: string; readonly apiId: string }[];

  constructor(scope: Construct, id: string, props: WebStackProps) {
    super(scope, id, props);
    const { stage, data, declarations, code } = props;

    const publicSite = new HttpSite(this, 'Public', {
      stage,
      site: stage.publicSite,
      siteName: 'public',
      logKey: data.storageKey,
    });
    const staffSite = new HttpSite(this, 'Staff', {
      stage,
      site: stage.staffSite,
      siteName: 'staff',
      logKey: data.storageKey,
    });

    const client = new UserPoolClient(this, 'StaffClient', {
      userPool: data.userPool,
      generateSecret: false,
      authFlows: {},
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [`${staffSite.url}${staffCallbackPath}`],
        logoutUrls: [`${staffSite.url}${staffSignedOutPath}`],
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.hours(10),
    });
    const signIn = new CfnUserPoolDomain(this, 'SignIn', {
      userPoolId: data.userPool.userPoolId,
      domain: stage.signInPrefix,
      managedLoginVersion: 2,
    });
    new CfnManagedLoginBranding(this, 'SignInLook', {
      userPoolId: data.userPool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    }).addResourceDependency(signIn);

    this.addresses = {
      publicUrl: publicSite.url,
      staffUrl: staffSite.url,
      staffClientId: client.userPoolClientId,
    };

    this.sites = [
      { name: 'public', apiId: publicSite.apiId },
      { name: 'staff', apiId: staffSite.apiId },
    ];

    const settings = settingsOf(this, { stage, data, addresses: this.addresses, declarations, code });
    const publicApi = new DeclaredFunction(this, 'public-api', settings);
    publicSite.serve(
      publicApi.lambda,
      'Anybody may send a request without an account; the function checks its own sessions.',
    );
    const staffApi = new DeclaredFunction(this, 'staff-api', settings);
    staffSite.serve(
      staffApi.lambda,
      'Browsers hold a session cookie and never a token; the function checks session, group and origin on every call.',
    );

    new CfnOutput(this, 'PublicUrl', { value: publicSite.url });
    new CfnOutput(this, 'StaffUrl', { value: staffSite.url });
  }
}
